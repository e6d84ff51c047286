"""The look holds for every template, in both languages and both themes."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest

from market.web import charts, pages

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LOCALES = ("zh_CN", "en")
HAN = re.compile(r"[\u3400-\u9fff]")
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|\|\s*safe\b|autoescape",
    re.IGNORECASE,
)
NOW = datetime(2026, 11, 22, 7, 47, tzinfo=UTC)
FRAME: dict[str, Any] = {
    "city": SimpleNamespace(
        name="Dazhou", tagline="Blind and fair", operator="Centre", phone="", complaints=""
    ),
    "me": None,
    "rooms": [],
    "public": [SimpleNamespace(href="/projects", label="Notices", current=True)],
    "demo": None,
    "now": NOW,
    "server_ms": 1,
    "url_path": "/",
    "other_locale_url": "/?lang=en",
}
ME = SimpleNamespace(
    name="Wang", role="owner", role_label="Owner", organisation_name="Bureau", home="/desk"
)
DEMO = SimpleNamespace(
    personas=[SimpleNamespace(key="owner", label="Owner", current=True)], now_text="22 Nov"
)
GIVEN: dict[str, Any] = {
    "now": NOW,
    "soon": NOW + timedelta(days=2, seconds=5),
    "values": {"name": "N", "price": "1.5", "way": "b", "kind": "a"},
    "errors": {"name": "Too long", "way": "Choose one"},
    "options": [{"value": "a", "label": "A", "hint": "first"}, {"value": "b", "label": "B"}],
    "bars": charts.bars(["Oct"], [charts.Series("By lot", [3]), charts.Series("By price", [4])]),
    "city_map": charts.dazhou(
        charts.Outline(10, 10, (charts.Area("511702", "M0,0L1,1Z", 1, 1),)),
        {"511702": 3},
        {"511702": "Tongchuan"},
        legend="Selections",
    ),
}


MACRO = re.compile(r"{%-? macro ([a-z]\w*)")
PARTS = {
    path.name: MACRO.findall(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "templates/parts").glob("*.html"))
}
IMPORTS = "".join(f'{{% from "parts/{p}" import {", ".join(m)} %}}' for p, m in PARTS.items())
# One call a line, in words that are English in both languages.
CALLS = Path(__file__).with_name("macros.txt").read_text(encoding="utf-8").splitlines()
NAME = re.compile(r"{[{%] (?:call(?:\([^)]*\))? )?(\w+)\(")


def name(call: str) -> str:
    found = NAME.match(call)
    assert found, call
    return found[1]


def rendered(locale: str, call: str) -> str:
    return pages.environment(locale).from_string(IMPORTS + call).render(**GIVEN)


def test_no_template_carries_style_or_script_or_unescaped_text() -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        found = INLINE.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]!r}"


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="x">',
        "<script>x</script>",
        '<script type="module">',
        "<style>",
        '<a onclick="x">',
        '<a href="javascript:x">',
        "{{ x|safe }}",
        "{% autoescape false %}",
    ],
)
def test_the_search_for_inline_code_has_power(bad: str) -> None:
    assert INLINE.search(bad)


def test_every_macro_has_a_sample() -> None:
    assert {m for macros in PARTS.values() for m in macros} == {name(call) for call in CALLS}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("call", CALLS)
def test_every_macro_renders_from_what_its_sample_gives(locale: str, call: str) -> None:
    html = rendered(locale, call)
    assert locale == "zh_CN" or not HAN.search(html), "not translated"
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice"
    for target in re.findall(r'(?:\sfor|aria-describedby)="\s*([^"]+?)\s*"', html):
        assert set(target.split()) <= set(ids), f"{target} leads nowhere"


def test_what_a_template_was_not_given_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        rendered("en", "{{ tag(nothing_of_that_name) }}")
    with pytest.raises(jinja2.UndefinedError):
        rendered("en", '{{ stepper([{"label": "A"}]) }}')


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("signed_in", [True, False])
def test_the_frame_renders_for_everyone(locale: str, signed_in: bool) -> None:
    env = pages.environment(locale)
    page = env.from_string('{% extends "layout/page.html" %}{% block title %}T{% endblock %}')
    html = page.render(FRAME | ({"me": ME, "demo": DEMO} if signed_in else {}))
    assert html.count("<h1>T</h1>") == 1
    assert "<title>T · Dazhou" in html
    assert ('action="/sign-out"' in html) == signed_in
    assert ('action="/demo/persona"' in html) == signed_in
    assert ('href="/sign-in"' in html) != signed_in
    if locale == "en":
        assert set(HAN.findall(html)) == set("中文"), "only the way back to Chinese is Chinese"


@pytest.mark.parametrize("block", ["sidebar", "clock", "aside"])
def test_a_column_is_there_only_when_a_page_fills_it(block: str) -> None:
    env = pages.environment("en")
    frame = '{% extends "layout/page.html" %}{% block title %}T{% endblock %}'
    filled = env.from_string(f"{frame}{{% block {block} %}}beside{{% endblock %}}").render(FRAME)
    bare = env.from_string(frame).render(FRAME)
    assert filled.count("beside") == 1
    assert "with-" in filled
    assert "with-" not in bare


KINDS = [
    "invalid", "sign_in", "forbidden", "not_found", "conflict", "unprocessable", "too_large",
    "too_many", "unavailable", "no_room", "crash", "of a kind that came later",
]  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_says_what_to_do(locale: str, kind: str) -> None:
    page = pages.environment(locale).get_template("errors/error.html")
    evil = "<b>No</b>"
    said = {"message": evil, "field_messages": ["Too long"], "incident": "K7Q2", "kept": ""}
    html = page.render(FRAME, kind=kind, **said)
    assert "&lt;b&gt;No&lt;/b&gt;" in html
    assert evil not in html
    assert "Too long" in html
    assert "K7Q2" in html
    assert 'href="/projects"' in html
    if locale == "en":
        assert set(HAN.findall(html)) == set("中文")


@pytest.mark.parametrize(
    "call",
    [
        'field("a", x, {"a": x}, {"a": x}, hint=x, unit=x)',
        'facts([{"label": x, "value": x, "copy": x}])',
        'timeline([{"at": x, "text": x, "href": x, "code": x * 3}])',
        'answers([{"label": x, "value": x, "href": x}])',
        "tag(x, x)",
        "search(x, x, x, x, x, {x: x})",
    ],
)
def test_what_people_typed_stays_text(call: str) -> None:
    source = f"{IMPORTS}{{{{ {call} }}}}"
    html = pages.environment("zh_CN").from_string(source).render(x='"><script>alert(1)</script>')
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_a_password_is_never_sent_back() -> None:
    call = '{{ field("p", "P", {"p": "secret"}, type="password") }}'
    assert 'value="secret"' in rendered("en", call.replace("password", "text"))
    assert "secret" not in rendered("en", call)


def test_every_sheet_and_module_that_a_template_names_exists() -> None:
    named = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""static\(['"]([^'"~]+)['"]\)""", text))
    assert "js/page.js" in named
    for name in named:
        assert pages.static(name).startswith(f"/static/{name}?v=")
