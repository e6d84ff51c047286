"""S11: text stays text. Every word in the database is hostile, and every page is read.

What is no code (letters, digits and signs of an address) is a word that somebody typed or was
called: a new column is hostile from its first day.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from tortoise import Tortoise, fields
from tortoise.models import Model

from market.audit.models import SecurityEvent
from market.documents.models import SignedPaper
from market.selection.models import Clarification, TrusteeAlarm
from tests.factories.milestones import Towns
from tests.factories.twins import Twin, twin

HOSTILE = "\"'</script></title></textarea><x-p o=1>{{7*191}}{%if%}\u202e\x01"
SHORT = "\"'><x-p o=1>"
CODE = re.compile(r"[\w.:/+=@$,-]*", re.ASCII)
NO_WORDS = {"Checkpoint"}  # a signed note
TEXTS = (fields.CharField, fields.TextField, fields.JSONField)
ADDRESSES = {"href", "src", "action", "formaction"}


def hostile(value: Any, most: int | None) -> Any:
    """The value with hostile words where it had others."""
    if isinstance(value, dict):
        return {key: hostile(each, most) for key, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, most) for each in value]
    if not isinstance(value, str) or CODE.fullmatch(value):
        return value
    return HOSTILE if most is None or most >= len(HOSTILE) else SHORT[:most]


async def spoil() -> Counter[str]:
    """Make every word of the database hostile; how many in which table."""
    spoilt: Counter[str] = Counter()
    models: dict[str, type[Model]] = Tortoise.apps["market"]
    for model in (each for name, each in models.items() if name not in NO_WORDS):
        own = {
            name: getattr(field, "max_length", None)
            for name, field in model._meta.fields_map.items()
            if isinstance(field, TEXTS) and not (field.pk or field.unique)
        }
        for row in await model.all():
            before = {name: getattr(row, name) for name in own}
            after = {name: hostile(value, own[name]) for name, value in before.items()}
            changed = {name: value for name, value in after.items() if value != before[name]}
            if changed:
                await model.filter(**{model._meta.db_pk_column: row.pk}).update(**changed)
                spoilt[model.__name__] += len(changed)
    return spoilt


class Page(HTMLParser):
    """What a browser would make of a page: what broke out, and how often the words stand there."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.seen = 0
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "x-p":
            self.broken.append("an element")
        for name, value in attrs:
            if name == "o":
                self.broken.append(f"an attribute of {tag}")
            if name in ADDRESSES and (value or "").startswith(SHORT[:2]):
                self.broken.append(f"an address of {tag}")
            self.seen += "<x-p o=1>" in (value or "")

    def handle_data(self, data: str) -> None:
        self.seen += data.count("<x-p o=1>")


def page(body: str) -> Page:
    found = Page(body)
    found.broken += ["a template"] if "1337" in body else []
    return found


def test_what_breaks_out_of_a_page_is_seen() -> None:
    words = HOSTILE
    assert page(f"<p>{words}</p>").broken == ["an element", "an attribute of x-p"]
    assert page(f'<input value="{words}">').broken[:1] == ["an element"]
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = escaped.replace('"', "&#34;").replace("'", "&#39;")
    assert page(f"<input value={safe}>").broken == ["an attribute of input"], "without quotes"
    assert page(f'<a href="{safe}">x</a>').broken == ["an address of a"]
    assert page("<p>1337</p>").broken == ["a template"]
    good = page(f'<p title="{safe}">{safe}</p>')
    assert (good.broken, good.seen) == ([], 2)


async def planted(one: Twin) -> None:
    """What the town has no occasion for: a refused request, an alarm, a price to be explained."""
    about, now = one.rounds[0], one.town.clock()
    await SecurityEvent.create(
        at=now, key="form.invalid", actor="owner:x", path=f"/{HOSTILE}", facts={"fields": ["字"]}
    )
    await Clarification.create(round_id=about, flagged={}, explanation="字", accepted=True)
    alarm = await TrusteeAlarm.create(
        id=uuid4(),
        trustee="notary",
        about=about,
        code="fork",
        at=now,
        body={"grave": True, "sentence": "字", "evidence": ["字", "句"]},
    )
    paper = await SignedPaper.all().first()
    assert paper is not None
    one.known |= {"alarms": str(alarm.id), "documents": paper.code}


def problems(answer: bytes) -> tuple[list[str], int]:
    """What broke out of an answer, and how often the words stand in it."""
    head, _, body = answer.partition(b"\n\n")
    kind = re.search(rb"\ncontent-type: ([\w/+-]+)", head)
    broken = ["a header"] if b"x-p" in head else []
    match kind and kind[1].decode():
        case "text/html":
            found = page(body.decode())
            return [*broken, *found.broken], found.seen
        case "application/atom+xml":
            texts = "".join(ET.fromstring(body).itertext())  # noqa: S314 - our own
            return broken, texts.count("<x-p")
    return broken, body.count(b"<x-p")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_words_stay_words(
    towns: Towns, tmp_path: Path, offices: Path, postgres: Path | None, lang: str
) -> None:
    resting = await towns.at("concluded")
    async with twin(resting, tmp_path / "town", offices, postgres) as one:
        await planted(one)
        assert len(await spoil()) > 12
        one.client.headers["accept-language"] = lang
        heard = await one.look(telling=re.compile("."), most=1)
    answered = {key: problems(answer) for key, answer in heard.answers.items()}
    assert {key: broken for key, (broken, _) in answered.items() if broken} == {}
    assert sum(seen > 0 for _, seen in answered.values()) > 25
    assert {key for key, answer in heard.answers.items() if answer[:3] == b"500"} == set()
