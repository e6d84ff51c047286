"""Languages: zh_CN is the source, en is complete. One catalogue file per room, read at the start.

The language is negotiated over ``?lang``, cookie and Accept-Language; the answer says so in
Content-Language and Vary. Keyed texts (``selection.late``) stand in both languages' catalogues.
"""

import gettext
import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

from market.web.dates import when

LOCALES: Final = ("zh_CN", "en")
TAGS: Final = {"zh_CN": "zh-CN", "en": "en"}
COOKIE: Final = "lang"
_MANY: Final = 1_000
_FOLDER = Path(__file__).parent.parent / "locale"


class Texts(gettext.GNUTranslations):
    """Texts in which nothing says nothing: the empty one is where a catalogue keeps its header.

    ``own`` are the words of this city, which stand before those of the catalogues.
    """

    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__(buffer)
        self.own: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        """Of a text with several forms, the one for one."""
        return self.own.get(message) or (super().gettext(message) if message else "")

    def counted(self, message: str, number: int | None) -> str:
        """The form for so many, where the language has several of this text."""
        if number is None:
            return self.gettext(message)
        found = self.ngettext(message, message, number)
        return self.gettext(message) if found == message else found


def number_in(facts: Mapping[str, Any]) -> int | None:
    """How many a text speaks of by its ``n`` or ``count``; what is no plain number is many."""
    number = facts.get("n", facts.get("count"))
    if number is None:
        return None
    return int(str(number)) if str(number).isdecimal() else _MANY


@cache
def catalogue(locale: str) -> Texts:
    """All rooms' texts of one language."""
    merged = Catalog(locale=locale)
    for path in sorted((_FOLDER / locale / "LC_MESSAGES").glob("*.po")):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=locale):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return Texts(buffer)


def adopt(words: Mapping[str, Mapping[str, str]]) -> None:
    """Words that a city brings: by key, by language.

    Said in another language where this one has none, and by the key's last part where none has.
    """
    for key, called in words.items():
        for locale in LOCALES:
            texts = catalogue(locale)
            own = called.get(locale) or next(iter(called.values()), "")
            if own or texts.gettext(key) == key:
                texts.own[key] = own or key.rpartition(".")[2]


def say(locale: str, text: str, /, **facts: Any) -> str:
    """``text`` (Chinese source or key) in ``locale``, its ``%(name)s`` filled from ``facts``."""
    found = catalogue(locale).counted(text, number_in(facts))
    shown = {k: when(v, locale) if isinstance(v, datetime) else v for k, v in facts.items()}
    try:
        return found % _Facts(shown) if shown or "%(" in found else found
    except (ValueError, TypeError):
        return found


class _Facts(dict[str, Any]):
    """Facts of a sentence; a sentence with a gap is better than none."""

    def __missing__(self, _name: str) -> str:
        return "…"


def blind_code(code: str, locale: str) -> str:
    """How a candidate's code (甲-01) is shown: A-01 in English. What is stored stays as it is."""
    return code if locale == LOCALES[0] else code.replace("甲-", "A-")


def say_to_all(text: str, /, **facts: Any) -> str:
    """The same in every language, for whoever reads it where nobody's language is known."""
    return " ".join(say(locale, text, **facts) for locale in LOCALES)


def refusal_key(code: str) -> str:
    """The key of the sentence for a refusal of the trust library; one for all that have none."""
    key = f"signing.{code}"
    return key if catalogue(LOCALES[0]).gettext(key) != key else "signing.refused"


def negotiate(request: Request) -> str:
    """The language of this request."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in LOCALES:
            return str(wish)
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh_CN"
        if tag.startswith("en"):
            return "en"
    return LOCALES[0]
