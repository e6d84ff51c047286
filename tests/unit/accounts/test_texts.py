import re
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from market.accounts.rules import GRANTABLE
from market.accounts.states import Method, OrganisationKind, PersonState
from market.accounts.views import account, admin
from market.kernel.actors import ADMINISTRATORS
from market.web.data import data
from market.web.i18n import catalogue

ROOM = Path(__file__).parents[3] / "market" / "accounts"
OPTIONS = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "trim_blocks": "1",
    "lstrip_blocks": "1",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
KEY = re.compile(r'"((?:accounts|not_found|credit_code)\.[a-z_.]+|form\.[a-z]+_[a-z]+)"')


def texts() -> set[str]:
    found = set()
    for path in sorted((data("templates") / "accounts").glob("*.html")):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("_", "gettext"), [], OPTIONS):
                found.add(message if isinstance(message, str) else message[0])
    return found


def keys() -> set[str]:
    routes = {"routes.py"}
    sources = [p for p in ROOM.rglob("*.py") if p.name not in routes]
    found = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    found |= {f"role.{role}" for role in GRANTABLE}
    found |= {f"organisation.{kind}" for kind in OrganisationKind}
    found |= {f"person.{state}" for state in PersonState}
    found |= {f"accounts.method.{method}" for method in Method}
    found |= {f"accounts.done.{done}" for done in account.DONE | admin.DONE}
    found |= {f"accounts.grant.{state}" for state in ("holds", "ended", "ran_out")}
    found |= {f"accounts.certificate.{state}" for state in ("good", "ended", "expired")}
    found |= {f"accounts.desk.{role}" for role in ADMINISTRATORS}
    return found


def test_every_text_of_the_pages_is_there_in_english() -> None:
    english = catalogue("en")
    found = texts()
    assert len(found) > 100
    assert [t for t in found if HAN.search(english.gettext(t)) or english.gettext(t) == ""] == []


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_key_has_its_sentence(locale: str) -> None:
    found = keys()
    assert len(found) > 60
    assert [k for k in sorted(found) if catalogue(locale).gettext(k) == k] == []


def test_both_languages_fill_the_same_places() -> None:
    places = re.compile(r"%\((\w+)\)s")
    for text in keys() | texts():
        source = text if HAN.search(text) else catalogue("zh_CN").gettext(text)
        english = catalogue("en").gettext(text)
        assert sorted(places.findall(source)) == sorted(places.findall(english)), text
