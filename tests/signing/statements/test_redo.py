"""Statements for another attempt: the same bytes for everyone, and nothing else passes for one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.pki.subjects import Holder
from signing.statements import redo
from tests.signing.vectors import make

GIVEN: dict[str, Any] = json.loads((make.FOLDER / "redos.json").read_text("utf-8"))
NAME, CODE, OTHER = "通川区水务局", "11511799MX0000019N", "11511799MX0000027H"


@pytest.mark.parametrize("one", GIVEN["good"], ids=lambda one: one["text"])
def test_good_ones_are_written_anew_byte_by_byte(one: Any) -> None:
    said = redo.read(one["text"].encode(), one["about"])
    again = redo.statement(one["about"], said["reason"], said["signed_at"])
    assert again.decode() == one["text"]
    assert redo.needs_regulator(said["count"]) is one["needs_regulator"]


@pytest.mark.parametrize("one", GIVEN["bad"], ids=lambda one: one["why"])
def test_bad_ones_are_refused(one: Any) -> None:
    with pytest.raises(Refused):
        redo.read(one["text"].encode(), one["about"])


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(Refused):
        redo.read(data, "round:DZ-2026-000318/1")


@given(
    attempt=st.integers(1, 999),
    reason=st.sampled_from([*sorted(redo.FAILURES), "COURT_ORDER"]),
    failure=st.sampled_from(sorted(redo.FAILURES)),
)
def test_a_statement_is_of_one_round_and_a_failure_only_its_own_reason(
    attempt: int, reason: str, failure: str
) -> None:
    about, other = (f"round:DZ-2026-000318/{n}" for n in (attempt, attempt + 1))
    data = redo.statement(about, reason, "2026-11-22T06:00:00.000Z")
    assert redo.read(data, about)["count"] == attempt
    with pytest.raises(Refused):
        redo.read(data, other)
    assert redo.may_be(reason, failure) is (reason in {failure, "COURT_ORDER"})


@pytest.mark.parametrize(
    ("holder", "speaks"),
    [
        (Holder("罗演之", NAME, credit_code=CODE), True),
        (Holder("罗演之", "改了名的水务局", credit_code=CODE), True),
        (Holder("罗演之", NAME, credit_code=OTHER), False),
        (Holder("罗演之", NAME), True),
        (Holder("罗演之", "某某单位"), False),
        (Holder(NAME, "某某单位"), False),
    ],
)
def test_a_certificate_speaks_by_credit_code_or_else_by_name(
    holder: Holder, *, speaks: bool
) -> None:
    assert holder.stands_for(NAME, CODE) is speaks
