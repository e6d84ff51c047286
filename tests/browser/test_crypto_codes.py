"""Every refusal of the browser's own scripts is reached by a test: the list is read from them."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.browser.vendored import STATIC

TESTS = Path(__file__).parent
VECTORS = TESTS.parent / "signing" / "vectors" / "independent"
CALL = re.compile(r"\b(must|refuse|Refused|step)\(")
# Reached on a page, where the sentence is what is looked for.
ON_A_PAGE = {
    "p12.other_agency": "test_another_agencys_certificate_is_refused_before_sealing",
    "p12.missing": "test_price_and_certificate_are_refused_together",
    "statement": "test_nothing_but_the_statement_of_the_panel_is_signed",
    "challenge": "test_signing_in_with_a_certificate",
    "voucher.certificate": "test_replacing_withdrawing_and_applying_again",
    "receipt.missing": "test_from_a_need_to_a_notice_that_a_stranger_checks",
    "receipt.closed": "test_from_a_need_to_a_notice_that_a_stranger_checks",
    "receipt.unsent": "test_from_a_need_to_a_notice_that_a_stranger_checks",
    "draw_other": "test_nothing_is_sent_when_another_draw_or_thing_is_to_be_signed",
    "voucher.missing": "test_without_a_voucher_nothing_is_unlocked",
}


def arguments(text: str, start: int) -> list[str]:
    """The arguments of a call that opens at ``start``, as they are written."""
    depth, found = 1, [""]
    while depth:
        letter = text[start]
        if letter in "\"'`":
            end = text.index(letter, start + 1)
            found[-1] += text[start : end + 1]
            start = end + 1
            continue
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 1 and letter == ",":
            found.append("")
        else:
            found[-1] += letter
        start += 1
    return found


def codes(script: str) -> Iterator[str]:
    """What a script refuses with."""
    script = re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE)
    for call in CALL.finditer(script):
        given = arguments(script, call.end())
        said = given[1:2] if call[1] == "must" else given[:1]
        yield from (code for each in said for code in re.findall(r'"([\w.]+)"', each))


def unreached(said: set[str], tests: str, on_pages: dict[str, str]) -> set[str]:
    """Codes that no test asks for: neither by themselves, nor by a test that looks at a page."""
    named = {code for code in said if f'"{code}"' in tests}
    shown = {code for code, test in on_pages.items() if f"def {test}(" in tests}
    return said - named - shown


def test_every_code_is_asked_for_by_a_test() -> None:
    scripts = [p for folder in ("crypto", "js") for p in (STATIC / folder).rglob("*.js")]
    said = {code for path in scripts for code in codes(path.read_text("utf-8"))}
    assert len(said) > 65
    files = [p for p in TESTS.glob("*.py") if p != Path(__file__)] + [*VECTORS.glob("*.json")]
    tests = "".join(path.read_text("utf-8") for path in files)
    assert unreached(said, tests, ON_A_PAGE) == set()
    assert ON_A_PAGE.keys() <= said


def test_a_code_that_nobody_asks_for_is_seen() -> None:
    script = """
must(f(a, "b"), "one", {name: "x"});  throw new Refused("two");
// must(false, "three")
if (bad) refuse(odd ? "four" : "five");  step("six", () => 1);
"""
    assert [*codes(script)] == ["one", "two", "four", "five", "six"]
    tests = 'assert refused == "one"\nasync def test_two(): ...\n"four" "six"'
    assert unreached(set(codes(script)), tests, {"two": "test_two"}) == {"five"}
