"""Subscriptions: an Atom feed (RFC 4287) and a calendar (RFC 5545) of a list of projects.

Both are made from public cards only. The same list gives the same bytes, so readers can cache.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from market.kernel.call import City
from market.projects.queries import ProjectCard, Wish
from market.web.i18n import TAGS, say
from market.web.pages import environment

_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)
# Characters that no XML 1.0 document may hold, not even escaped (§2.2): nobody sees them anyway.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def atom(locale: str, city: City, wish: Wish, cards: Sequence[ProjectCard]) -> Response:
    """The feed; its id is the address of the list."""
    times = [card.told_at for card in cards if card.told_at]
    body = (
        environment(locale)
        .get_template("projects/feed.xml")
        .render(
            city=city,
            language=TAGS[locale],
            address=city.base_url + wish.url("/projects"),
            itself=city.base_url + wish.url("/projects.atom"),
            updated=max(times, default=_LONG_AGO),
            cards=cards,
        )
    )
    text = _NO_XML.sub("", body)
    return _answer(text.encode(), "application/atom+xml; charset=utf-8", locale)


def calendar(locale: str, city: City, cards: Sequence[ProjectCard]) -> Response:
    """One half-hour event at the end of each sign-up."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - heavy, and few subscribe

    made = Calendar()
    made.add("prodid", "-//Mingxuan//projects//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", say(locale, "project.calendar.name", city=say(locale, city.name)))
    for card in cards:
        event = Event()
        event.add("uid", f"{card.code}.{card.attempt}@{urlsplit(city.base_url).hostname}")
        event.add("dtstamp", card.extended_at or card.published_at or _LONG_AGO)
        event.add("last-modified", card.extended_at or card.published_at or _LONG_AGO)
        event.add("sequence", card.extensions)  # RFC 5545 §3.8.7.4: a reader takes the highest
        event.add("dtstart", card.deadline_at - timedelta(minutes=30))
        event.add("dtend", card.deadline_at)
        event.add("summary", say(locale, "project.calendar.event", title=card.title))
        event.add("location", card.place.label(locale))
        event.add("url", f"{city.base_url}/projects/{card.code}")
        made.add_component(event)
    return _answer(made.to_ical(), "text/calendar; charset=utf-8", locale)


def _answer(body: bytes, media_type: str, locale: str) -> Response:
    headers = {
        "content-language": TAGS[locale],
        "vary": "Accept-Language, Cookie",
        "cache-control": "no-cache",
    }
    return Response(body, media_type=media_type, headers=headers)
