"""Languages: the wish in the address, then the cookie, then the browser's; Chinese by default."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from market.city import trustee_words
from market.settings import Settings
from market.web.i18n import LOCALES, adopt, catalogue, negotiate, refusal_key, say
from market.web.pages import environment


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_says_nothing(locale: str) -> None:
    assert (catalogue(locale).gettext(""), say(locale, "")) == ("", "")


def asking(query: str = "", cookie: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode("latin-1", "replace"))] if accept else []
    headers += [(b"cookie", f"lang={cookie}".encode())] if cookie else []
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": query.encode(),
            "headers": headers,
        }
    )


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "locale"),
    [
        ("", "", "", "zh_CN"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "EN", "en"),
        ("", "", "zh-TW,en;q=0.8", "zh_CN"),
        ("", "", "fr, en;q=0.5, zh;q=0.4", "en"),
        ("", "", "fr", "zh_CN"),
        ("", "en", "zh-CN", "en"),
        ("lang=zh_CN", "en", "en", "zh_CN"),
        ("lang=en", "zh_CN", "zh", "en"),
        ("lang=../../etc", "", "en", "en"),
        ("lang=EN", "zh_CN", "", "zh_CN"),
        ("", "<script>", ";;;,,q=1,en", "en"),
    ],
)
def test_the_language_is_negotiated(query: str, cookie: str, accept: str, locale: str) -> None:
    assert negotiate(asking(query, cookie, accept)) == locale


@given(st.text(max_size=50))
def test_no_header_whatever_crashes_the_negotiation(accept: str) -> None:
    assert negotiate(asking(accept=accept)) in LOCALES


def test_every_english_text_has_the_gaps_of_its_source() -> None:
    assert say("en", "status.404") != say("zh_CN", "status.404")
    assert "status." not in say("en", "status.404") + say("zh_CN", "status.404")


def test_a_sentence_with_a_gap_is_better_than_none() -> None:
    filled = say("en", "body.too_large", limit=512)
    assert "512" in filled
    assert say("en", "body.too_large", other=1) == say("en", "body.too_large")
    assert say("en", "body.too_large").startswith("More than … bytes")
    assert say("en", "no text has this name", n=1) == "no text has this name"
    assert say("en", "100%", n=1) == "100%"


def test_one_thing_is_not_said_as_many() -> None:
    text = "共 %(n)s 个项目"
    assert [say("en", text, n=n) for n in (0, 1, 2)] == ["0 projects", "1 project", "2 projects"]
    assert [say("zh_CN", text, n=n) for n in (1, 2)] == ["共 1 个项目", "共 2 个项目"]
    assert say("en", text, n="1,000") == "1,000 projects"
    shown = environment("en").from_string("{{ _('共 %(n)s 个项目', n=1) }}").render()
    assert shown == "1 project"


def test_a_city_calls_its_trustees_by_their_names(tmp_path: Path) -> None:
    called = {"zh_CN": "某某律师协会", "en": "Bar association"}
    rows = [{"id": "bar", "called": called}, {"id": "bank", "called": {"zh_CN": "某某银行"}}]
    rows += [{"id": "bureau"}, {"id": "notary"}]
    (tmp_path / "trustees.json").write_text(json.dumps({"k": 3, "trustees": rows}), "utf-8")
    settings = Settings(data=tmp_path)
    known = say("en", "trustee.notary")
    try:
        adopt(trustee_words(settings))
        names = [say("en", f"trustee.{row['id']}") for row in rows]
        assert names == ["Bar association", "某某银行", "bureau", known]
        assert say("zh_CN", "trustee.bar") == "某某律师协会"
        assert environment("en").from_string("{{ _('trustee.bar') }}").render() == names[0]
    finally:
        for locale in LOCALES:
            catalogue(locale).own.clear()


def test_a_code_of_the_trust_library_has_a_sentence_or_the_one_for_all() -> None:
    assert refusal_key("not_signed") == "signing.not_signed"
    assert refusal_key("never_heard_of") == "signing.refused"
    assert catalogue("en").gettext("signing.refused") != "signing.refused"
