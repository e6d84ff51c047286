"""The need and the publication agree in everything that both of them say."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from signing.core.canonical import Json, dumps
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.core.shape import Shape, exactly
from signing.rounds.facts import Published
from signing.verify.decision import _must_be_called, _must_be_terms, _need
from signing.ways.price import PRICE
from signing.ways.random import RANDOM
from signing.ways.way import Way

TERMS: Shape = {"finalists": exactly(3, 4, True)}
ASKING = replace(PRICE, terms=TERMS)
NEED = {
    "project": "DZ-2026-000318",
    "way": "price",
    "pool": "applicants",
    "control_price_fen": 12_000_000,
    "way_terms": {"finalists": 3},
}


def agree(rules: Way = ASKING, **changes: Any) -> None:
    """Compare the need with a publication that says something else."""
    data = dumps(NEED)
    digest = sha256(data).hex()
    said = {name: NEED[name] for name in NEED if name != "project"}
    facts = said | {"need_sha256": digest} | changes
    facts = {name: value for name, value in facts.items() if value is not None}
    ready = SimpleNamespace(
        about="project:DZ-2026-000318",
        tag="project:ready",
        index=1,
        facts={"need_sha256": digest},
    )
    archive = SimpleNamespace(read=lambda _path: data)
    attempt = SimpleNamespace(
        about="round:DZ-2026-000318/1",
        way=rules,
        case=SimpleNamespace(archive=archive, entries=[ready]),
    )
    _need(attempt, SimpleNamespace(index=2, facts=Published.heard(facts)))  # type: ignore[arg-type]  # what is read


def test_they_agree() -> None:
    agree()


@pytest.mark.parametrize(
    "changes",
    [
        {"way": "random"},
        {"pool": "qualified"},
        {"control_price_fen": 12_000_001},
        {"way_terms": {"finalists": 4}},
        {"way_terms": None},
    ],
    ids=str,
)
def test_a_publication_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="do not agree"):
        agree(**changes)


def test_a_way_that_asks_nothing_has_no_terms() -> None:
    with pytest.raises(Refused, match="asks nothing"):
        agree(PRICE)


FIXED = {"fee": {"kind": "fixed", "fen": 6_800_000}}
STANDARD = {"fee": {"kind": "standard", "name": "a", "number": "b", "rule": "c"}}


@pytest.mark.parametrize("terms", [None, FIXED, STANDARD], ids=str)
def test_a_lot_may_have_a_fee(terms: Json) -> None:
    _must_be_terms(RANDOM, terms)


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"fee": None},
        {"fee": FIXED["fee"] | {"fen": 0}},
        {"fee": FIXED["fee"] | {"fen": "6800000"}},
        {"fee": FIXED["fee"] | {"kind": "open"}},
        {"fee": FIXED["fee"] | {"rule": "c"}},
        {"fee": STANDARD["fee"] | {"rule": ""}},
        FIXED | {"more": 1},
    ],
    ids=str,
)
def test_a_fee_of_another_shape_is_refused(terms: Json) -> None:
    with pytest.raises(Refused, match="way_terms"):
        _must_be_terms(RANDOM, terms)


def test_terms_have_the_shape_of_their_way() -> None:
    with pytest.raises(Refused, match="way_terms"):
        agree(replace(PRICE, terms={"judges": exactly(3)}))


def test_one_and_true_are_not_the_same() -> None:
    with pytest.raises(Refused, match="do not agree"):
        agree(replace(PRICE, terms={"finalists": exactly(3, 1)}), way_terms={"finalists": True})


WHOLE = {"name": "李晓明", "phone": "13987654321"}
SHOWN = {"name": "李**", "phone": "139****4321"}


def test_a_notice_tells_the_contact_behind_the_mask_where_the_need_says_so() -> None:
    _must_be_called(SHOWN, SHOWN)
    _must_be_called(SHOWN | {"notice": "whole"}, WHOLE)


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (SHOWN, WHOLE),
        (SHOWN | {"notice": "masked"}, WHOLE),
        (SHOWN | {"notice": "whole"}, WHOLE | {"phone": "13987654322"}),
        (SHOWN | {"notice": "whole"}, WHOLE | {"phone": "139876543210"}),
        (SHOWN | {"notice": "whole"}, WHOLE | {"name": "王晓明"}),
    ],
    ids=str,
)
def test_another_contact_than_the_need_promised_is_refused(
    promised: dict[str, str], said: dict[str, str]
) -> None:
    with pytest.raises(Refused, match="owner_contact"):
        _must_be_called(promised, said)
