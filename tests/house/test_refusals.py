"""Whatever is refused is worded: keys of the market, codes of the trust library, zh and en."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from market.routes import ROUTES
from market.web.i18n import catalogue
from signing.pki import trust

ROOT = Path(__file__).parents[2]
REFUSED = {"Refused", "Unreadable", "NotCanonical"}
KEY = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')
PLACE = re.compile(r"%\((\w+)\)s")
OWN_VOICE = ("verify", "receipts")  # the command line prints the library's own sentences
NO_FACTS = {"MarketError": {"kind", "fields"}}  # what it takes besides them

# {key or code: the facts that it is always given}; None where they are not written out
Said = dict[str, set[str] | None]


def facts(name: str, node: ast.Call) -> set[str] | None:
    """The names of the facts of a refusal: keywords, or the mapping of a ``Refusal``."""
    given = [one for one in node.args[2:3] if isinstance(one, ast.Dict)]
    named = {key.value for each in given for key in each.keys if isinstance(key, ast.Constant)}
    words = {one.arg for one in node.keywords}
    if None in words:
        return None
    return {*map(str, named), *map(str, words)} - NO_FACTS.get(name, set())


def refusals(code: str) -> Iterator[tuple[str, str, set[str] | None]]:
    """Of what sort, its key or code, its facts."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.func.id, first.value, facts(node.func.id, node)


def gathered(code: Iterable[str], key_of: Callable[[str, str], str | None]) -> Said:
    """Every key that is said, with the facts that it has wherever it is said."""
    said: Said = {}
    for name, first, given in (one for text in code for one in refusals(text)):
        key = key_of(name, first)
        if key is not None:
            known = said.get(key, given)
            said[key] = None if known is None or given is None else known & given
    return said


def market_key(name: str, first: str) -> str | None:
    if name == "not_found":
        return f"not_found.{first}"
    return first if name in {"MarketError", "Refusal"} else None


def signing_code(name: str, first: str) -> str | None:
    return f"signing.{first}" if name in REFUSED else None


@cache
def market() -> Said:
    return gathered((p.read_text("utf-8") for p in (ROOT / "market").rglob("*.py")), market_key)


@cache
def signing() -> Said:
    files = (p for p in (ROOT / "signing").rglob("*.py") if p.parent.name not in OWN_VOICE)
    said = gathered((p.read_text("utf-8") for p in files), signing_code)
    return {f"signing.{code}": set() for code in trust._SENTENCES} | said


def unworded(said: Said, texts: Callable[[str], str]) -> set[str]:
    """Keys without a sentence, or with a place in it that nobody fills."""
    wrong = set()
    for key, given in said.items():
        text = texts(key)
        if text == key or (given is not None and set(PLACE.findall(text)) - given):
            wrong.add(key)
    return wrong


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_refusal_has_its_sentence(locale: str) -> None:
    assert len(market()) > 80
    assert unworded(market(), catalogue(locale).gettext) == set()
    assert len(signing()) > 120
    assert unworded(signing(), catalogue(locale).gettext) == set()


def keys(code: str, spaces: set[str]) -> set[str]:
    """Texts in the code that look like a key of one of these beginnings, however they get there."""
    names = {route.name for route in ROUTES} | {"http.response.start"}
    return {key for key in KEY.findall(code) if key.split(".")[0] in spaces} - names


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_text_that_looks_like_a_key_is_one(locale: str) -> None:
    files = (ROOT / "market/locale" / locale / "LC_MESSAGES").glob("*.po")
    spaces = {key.split(".")[0] for key in market()} | {path.stem for path in files}
    code = "".join(path.read_text("utf-8") for path in (ROOT / "market").rglob("*.py"))
    assert len(keys(code, spaces)) > 200
    assert unworded(dict.fromkeys(keys(code, spaces)), catalogue(locale).gettext) == set()
    planted = keys('_why_not(actor, "selection.of_old"), "selection.admit", "a.b"', spaces)
    assert unworded(dict.fromkeys(planted), catalogue(locale).gettext) == {"selection.of_old"}


def unsaid(po: str, said: Said) -> set[str]:
    """Sentences of the trust library's catalogue for codes that it never says."""
    return set(re.findall(r'^msgid "(signing\.\w+)"', po, re.MULTILINE)) - said.keys()


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_no_sentence_is_written_for_a_code_that_is_never_said(locale: str) -> None:
    text = (ROOT / "market/locale" / locale / "LC_MESSAGES/signing.po").read_text("utf-8")
    assert unsaid(text, signing()) == set()
    assert unsaid(text + '\nmsgid "signing.of_old"\nmsgstr "x"\n', signing()) == {"signing.of_old"}


def test_what_is_not_worded_is_seen() -> None:
    code = """
def late(at):
    raise MarketError("round.late", Kind.CONFLICT, deadline=at)
    raise MarketError("round.full", **more)
    return Refusal("round.shut", Kind.CONFLICT, {"since": at})
    raise not_found("round")
    other("round.other")
"""
    said = gathered([code], market_key)
    expected = {"round.late": {"deadline"}, "round.full": None, "round.shut": {"since"}}
    assert said == {**expected, "not_found.round": set()}
    worded = {
        "round.late": "over since %(deadline)s",
        "round.full": "%(most)s are in",
        "round.shut": "shut since %(when)s",
    }
    assert unworded(said, lambda key: worded.get(key, key)) == {"round.shut", "not_found.round"}
    assert gathered(['Refused("bad", at=1)', 'Refused("bad")'], signing_code) == {
        "signing.bad": set()
    }
