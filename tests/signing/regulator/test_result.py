"""The regulator's tool: what is wrong with an identity, who is one agency, which numbers can be."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.blind_audit import messages
from signing.core.canonical import dumps, loads, read_instant
from signing.core.errors import Refused
from signing.pki.trust import Trust
from signing.regulator.bundle import bundle, read_bundle
from signing.regulator.identities import counted, judged
from tests.factories.rounds import ABOUT, EARLY, box_key, identity, payload, public, signer

MARKS = st.frozensets(
    st.tuples(st.just("code"), st.sampled_from("abcdefgh")), min_size=1, max_size=3
)
NAMES = [f"{n:064x}" for n in range(12)]


def attempt(application: bytes | None, platform: str = "desk") -> Any:
    return SimpleNamespace(
        about=ABOUT,
        payloads={"application": application},
        published={"platform_key": public(platform).hex()},
        case=SimpleNamespace(trust=Trust(())),
    )


def verdict(said: bytes | None, application: bytes | None, **of: Any) -> Any:
    row = {"application": "application", "author": public("a").hex()}
    return judged(attempt(application, **of), row, said, read_instant(EARLY))


def test_what_is_wrong_has_a_code() -> None:
    good = payload("a")
    said = identity("a", good)
    assert verdict(None, good) == "UNREADABLE"
    assert verdict(said, None) == "NOT_ADMITTED"
    assert verdict(said, payload("b")) == "NOT_ADMITTED"
    assert verdict(said, good, platform="b") == "NOT_ADMITTED"
    assert verdict(identity("b", good), good) == "UNBOUND"
    assert verdict(identity("a", good + b" "), good) == "UNBOUND"
    assert verdict(said, good) == "SIGNATURE_BAD"  # the certificate is a placeholder


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 50, b'{"admission":3}']
)
def test_hostile_contents_are_a_fault_and_no_crash(data: bytes) -> None:
    good = payload("a")
    assert verdict(data, good) == "UNBOUND"
    assert verdict(identity("a", good), data) == "NOT_ADMITTED"
    bent = {**loads(identity("a", good)), "certificate_b64": "", "cms_b64": ""}
    assert verdict(dumps(bent), good) == "SIGNATURE_BAD"


def joined(marked: Mapping[str, frozenset[tuple[str, str]]]) -> list[set[str]]:
    """The same by another way: colours that spread until nothing changes."""
    colour = dict(zip(marked, range(len(marked)), strict=True))
    for _ in marked:
        for left in marked:
            for right in marked:
                if marked[left] & marked[right]:
                    colour[left] = colour[right] = min(colour[left], colour[right])
    return [{one for one in marked if colour[one] == shade} for shade in set(colour.values())]


@given(marks=st.lists(MARKS, max_size=len(NAMES)))
def test_counting_is_joining_and_its_numbers_are_possible(marks: list[Any]) -> None:
    marked = dict(zip(NAMES, marks, strict=False))
    found, groups = counted(marked), joined(marked)
    assert found.agencies == len(groups)
    assert set(found.repeated) == {one for some in groups if len(some) > 1 for one in some}
    order = ordered()
    made = messages.finding(
        signer("reg"),
        order,
        envelopes=len(marked),
        agencies=found.agencies,
        faults=found.repeated,
        at=EARLY,
    )
    assert messages.must_answer(made, order, marked) == made


@given(
    faults=st.dictionaries(st.sampled_from(NAMES[:5]), st.sampled_from(messages.FAULTS)),
    agencies=st.integers(0, 8),
)
def test_only_numbers_that_can_be_are_taken(faults: dict[str, str], agencies: int) -> None:
    order, names = ordered(), NAMES[:5]
    made = messages.finding(
        signer("reg"), order, envelopes=5, agencies=agencies, faults=faults, at=EARLY
    )
    shared = [code for code in faults.values() if code == messages.REPEATED]
    alone = len(names) - len(faults)
    groups = range(1, len(shared) // 2 + 1) if shared else [0]
    if agencies in {alone + more for more in groups} and len(shared) != 1:
        assert messages.must_answer(made, order, names) == made
    else:
        with pytest.raises(Refused, match="do not add up"):
            messages.must_answer(made, order, names)


def ordered() -> Any:
    key = box_key("tool").public_key().public_bytes_raw().hex()
    return messages.audit_order(signer("reg"), about=ABOUT, freeze="00" * 32, seal_to=key, at=EARLY)


@pytest.mark.parametrize(
    "changes",
    [{"regulator": "00" * 32}, {"freeze": "ab" * 32}, {"key": "0"}, {"x": 1}, {"v": True}],
)
def test_a_changed_order_is_nobody_s(changes: dict[str, Any]) -> None:
    assert messages.must_be_ordered((public("reg"),), ordered())
    for body in (ordered() | changes, {}, [], None, "order"):
        with pytest.raises(Refused):
            messages.must_be_ordered((public("reg"), public("a")), body)
    with pytest.raises(Refused, match="no pinned regulator"):
        messages.must_be_ordered((public("a"),), ordered())


def test_a_bundle_is_read_as_it_was_written() -> None:
    made = bundle(ordered(), [{"any": 1}])
    assert read_bundle(loads(dumps(made))) == (ordered(), [{"any": 1}])
    for bad in (None, [], {}, made | {"v": 2}, made | {"shares": [1]}, made | {"order": {}}):
        with pytest.raises(Refused):
            read_bundle(bad)
