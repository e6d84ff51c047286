"""Whatever is refused is worded: keys of the market, codes of the trust library, zh and en."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from market.web.i18n import catalogue
from signing.pki import trust

ROOT = Path(__file__).parents[2]
REFUSED = {"Refused", "Unreadable", "NotCanonical"}
PLACE = re.compile(r"%\((\w+)\)s")
POLICY = re.compile(r'"((?:selection|accounts|agencies|project|guard|not_found)\.[a-z_.]+)"')


OWN_VOICE = ("verify",)  # the command line prints the library's own sentences


def calls(package: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if package == "signing" and path.parent.name in OWN_VOICE:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                yield name, node


def first(node: ast.Call) -> str | None:
    given = node.args[0] if node.args else None
    text = isinstance(given, ast.Constant) and isinstance(given.value, str)
    return given.value if text else None


def market_keys() -> set[str]:
    found = set()
    for name, node in calls("market"):
        key = first(node)
        if key and name in {"MarketError", "Refusal"}:
            found.add(key)
        elif key and name == "not_found":
            found.add(f"not_found.{key}")
    for path in (ROOT / "market").rglob("policy.py"):
        found |= set(POLICY.findall(path.read_text("utf-8")))
    return found


def signing_codes() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, node in calls("signing"):
        code = first(node)
        if code and name in REFUSED:
            given = {str(one.arg) for one in node.keywords}
            found[code] = found.get(code, given) & given
    for code in [*trust._SENTENCES]:
        found.setdefault(code, set())
    return found


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_refusal_of_the_market_has_its_sentence(locale: str) -> None:
    found = market_keys()
    assert len(found) > 80
    assert [key for key in sorted(found) if catalogue(locale).gettext(key) == key] == []


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_code_of_the_trust_library_has_its_sentence(locale: str) -> None:
    found = signing_codes()
    assert len(found) > 120
    texts = {code: catalogue(locale).gettext(f"signing.{code}") for code in found}
    assert [code for code, text in sorted(texts.items()) if text == f"signing.{code}"] == []
    foreign = {c: set(PLACE.findall(t)) - found[c] for c, t in texts.items()}
    assert {c: names for c, names in foreign.items() if names} == {}, "a place nobody fills"


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_no_sentence_is_written_for_a_code_that_is_never_said(locale: str) -> None:
    text = (ROOT / "market/locale" / locale / "LC_MESSAGES/signing.po").read_text("utf-8")
    written = set(re.findall(r'^msgid "signing\.(\w+)"', text, re.MULTILINE))
    assert written - set(signing_codes()) == set()
