"""Templates and catalogues: where they lie, what they may hold, every text in both languages."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from market.rooms import ROOMS

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT / "templates")): path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
}
OF_NO_ROOM = {"layout", "parts", "errors", "ways"}
UNSAFE = re.compile(
    r"\|\s*safe\b|\bMarkup\b|autoescape|style=\"|<style|<script(?![^>]*\bsrc=)|\son\w+=[\"'{]"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CALL = re.compile(r"(?<![\w.])_\(\s*([\"'])((?:\\.|(?!\1).)*)\1")
GAP = re.compile(r"%\((\w+)\)")
FORMS = "\x1f"  # between the form for one and that for many
KEY = re.compile(r"[a-z_]+(?:\.[\w:-]+)+")
IN_BOTH = ("中选通知书", "甲-01")  # terms of the law and of the paper
Texts = Mapping[str, str]


def _all(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Every form of a text that has one for one and one for many."""
    return (text,) if isinstance(text, str) else tuple(text)


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return _all(text)[0]


@cache
def catalogues(locale: str) -> dict[str, list[tuple[str, str]]]:
    """Each file's texts and what they become."""
    found = {}
    for path in sorted((ROOT / "market" / "locale" / locale / "LC_MESSAGES").glob("*.po")):
        with path.open(encoding="utf-8") as file:
            texts = [(_first(m.id), FORMS.join(_all(m.string))) for m in read_po(file)]
            found[path.stem] = [(text, become) for text, become in texts if text and become]
    return found


def texts_of(locale: str) -> dict[str, str]:
    return {text: become for each in catalogues(locale).values() for text, become in each}


def test_templates_mirror_the_rooms() -> None:
    folders = {name.split("/")[0] for name in PAGES}
    assert len(folders) >= 12
    assert folders - {*ROOMS, *OF_NO_ROOM} == set()
    assert {"yard"} - {*ROOMS, *OF_NO_ROOM}


def unsafe(pages: Texts) -> set[str]:
    """Pages with a style, a script or a text that is not escaped."""
    return {name for name, text in pages.items() if UNSAFE.search(text)}


def test_no_template_has_inline_style_script_or_unescaped_text() -> None:
    assert len(PAGES) > 80
    assert unsafe(PAGES) == set()
    bad = (
        "{{ name|safe }}",
        "{{ Markup(name) }}",
        "{% autoescape false %}",
        '<p style="x">',
        "<style>",
        "<script>alert(1)</script>",
        "<p onclick='x()'>",
    )
    assert all(unsafe({"page": text}) for text in bad)
    assert not unsafe({"page": '<script src="/x.js" type="module"></script>'})


def untranslated(pages: Texts, known: Texts) -> set[str]:
    """Chinese texts of pages without an English one."""
    said = {text for page in pages.values() for _, text in CALL.findall(page)}
    return {text for text in said if CHINESE.search(text)} - known.keys()


def test_every_text_of_a_template_is_translated() -> None:
    known = texts_of("en")
    assert len(known) > 1500
    assert untranslated(PAGES, known) == set()
    assert untranslated({"page": "{{ _(\"保存\") }}{{ _('删') }}"}, {"保存": "Save"}) == {"删"}


def in_two_ways(catalogue: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Texts that two files translate differently."""
    said: dict[str, set[str]] = {}
    for each in catalogue.values():
        for text, become in each:
            said.setdefault(text, set()).add(become)
    return {text for text, ways in said.items() if len(ways) > 1}


def test_one_text_is_translated_one_way() -> None:
    assert in_two_ways(catalogues("en")) == set()
    both = {"audit": [("保存", "Save"), ("否", "No")], "web": [("保存", "Keep"), ("否", "No")]}
    assert in_two_ways(both) == {"保存"}


def chinese_in(english: Texts) -> set[str]:
    """English texts with Chinese characters, but terms that have to stand there."""
    left = {text: become for text, become in english.items() if CHINESE.search(become)}
    return {text for text, become in left.items() if not any(term in become for term in IN_BOTH)}


def test_no_english_text_holds_chinese_characters() -> None:
    assert chinese_in(texts_of("en")) == set()
    assert chinese_in({"a": "the 中选通知书", "b": "Save 保存", "c": "Save"}) == {"b"}


def in_one_only(one: Texts, other: Texts) -> set[str]:
    """Keyed texts that only one language has."""
    return {key for key in one.keys() ^ other.keys() if KEY.fullmatch(key)}


def test_keyed_texts_stand_in_both_languages() -> None:
    zh, en = texts_of("zh_CN"), texts_of("en")
    assert sum(bool(KEY.fullmatch(key)) for key in zh) > 600
    assert in_one_only(zh, en) == set()
    assert in_one_only({"a.b": "x", "保存": "x"}, {"c.d": "y"}) == {"a.b", "c.d"}


def gaps_differ(source: Texts, english: Texts) -> set[str]:
    """Texts of which a form has other gaps than the Chinese; English sums are in yuan alone."""
    return {
        key
        for key, become in english.items()
        for form in become.split(FORMS)
        if gaps(form) != gaps(source.get(key, key))
    }


def gaps(text: str) -> set[str]:
    return {name.removesuffix("_cny") for name in GAP.findall(text)} - {"wan"}


def test_both_languages_have_the_same_gaps() -> None:
    assert gaps_differ(texts_of("zh_CN"), texts_of("en")) == set()
    assert gaps_differ({"a.b": "%(n)s 家"}, {"a.b": f"%(n)s one{FORMS}many"}) == {"a.b"}
    assert gaps_differ({}, {"满 %(limit)s 万元": "at CNY %(limit_cny)s"}) == set()
