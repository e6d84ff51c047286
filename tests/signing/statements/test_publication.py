"""Statements of a publication: the same bytes for everyone, and nothing else passes for one."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.statements import publication
from tests.signing.vectors import make

GIVEN: dict[str, Any] = json.loads((make.FOLDER / "publications.json").read_text("utf-8"))


def going_of(said: Any) -> publication.Going:
    same = {name: said[name] for name in ("about", "need_sha256", "draw_id", "opens_at", "by")}
    owner = said["owner"]
    return publication.Going(**same, owner=owner["name"], credit_code=owner["credit_code"])


@pytest.mark.parametrize("one", GIVEN["good"], ids=lambda one: one["about"])
def test_good_ones_are_written_anew_byte_by_byte(one: Any) -> None:
    said = publication.read(one["text"].encode(), one["about"])
    assert going_of(said).statement(said["signed_at"]).decode() == one["text"]


def test_whatever_is_published_stands_in_it() -> None:
    said = publication.read(GIVEN["good"][0]["text"].encode(), GIVEN["good"][0]["about"])
    going = going_of(said)
    for field in fields(going):
        changed = replace(going, **{field.name: "other"})
        assert changed.statement(said["signed_at"]) != going.statement(said["signed_at"])


@pytest.mark.parametrize("one", GIVEN["bad"], ids=lambda one: one["why"])
def test_bad_ones_are_refused(one: Any) -> None:
    with pytest.raises(Refused):
        publication.read(one["text"].encode(), one["about"])


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(Refused):
        publication.read(data, "round:DZ-2026-000318/1")
