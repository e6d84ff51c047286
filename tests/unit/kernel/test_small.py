"""Clock, machine, errors and actors: the vocabulary of every room."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actors import ADMINISTRATORS, NOBODY, THE_CLOCK, Actor, Role
from market.kernel.call import Call, Retry
from market.kernel.clock import CITY_ZONE, local, system_clock, to_millisecond
from market.kernel.errors import Kind, MarketError, not_found
from market.kernel.machine import Machine
from signing.core.canonical import instant, read_instant


class Door(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    GONE = "gone"
    NEVER = "never"


class Deed(StrEnum):
    PUSH = "push"
    BURN = "burn"


DOOR = Machine(
    "door",
    Door.SHUT,
    {
        (Door.SHUT, Deed.PUSH): Door.OPEN,
        (Door.OPEN, Deed.PUSH): Door.SHUT,
        (Door.OPEN, Deed.BURN): Door.GONE,
    },
)


def test_a_machine_goes_where_its_table_says_and_nowhere_else() -> None:
    assert DOOR.after(Door.SHUT, Deed.PUSH) is Door.OPEN
    assert DOOR.allows(Door.OPEN, Deed.BURN)
    assert not DOOR.allows(Door.SHUT, Deed.BURN)
    with pytest.raises(MarketError) as refused:
        DOOR.after(Door.GONE, Deed.PUSH)
    error = refused.value
    assert (error.key, error.kind) == ("door.no_transition", Kind.CONFLICT)
    assert error.facts == {"state": "gone", "event": "push"}


def test_a_state_that_nothing_leads_to_is_not_among_the_reached() -> None:
    assert DOOR.states == (Door.SHUT, Door.OPEN, Door.GONE)


def test_the_diagram_has_a_line_for_the_start_and_each_step() -> None:
    assert DOOR.diagram().splitlines() == [
        "stateDiagram-v2",
        "  [*] --> shut",
        "  shut --> open: push",
        "  open --> shut: push",
        "  open --> gone: burn",
    ]


@given(st.datetimes(timezones=st.sampled_from([UTC, CITY_ZONE, timezone(timedelta(hours=-9))])))
def test_an_instant_is_cut_to_what_the_ledger_can_carry(at: datetime) -> None:
    if not 2 <= at.year <= 9998:
        return
    cut = to_millisecond(at)
    assert timedelta() <= at - cut < timedelta(milliseconds=1)
    assert to_millisecond(cut) == cut
    assert cut.tzinfo is UTC
    assert read_instant(instant(cut)) == cut


def test_the_machines_clock_is_aware_and_cut() -> None:
    now = system_clock()
    assert now.utcoffset() == timedelta()
    assert now.microsecond % 1000 == 0


def test_people_see_the_city_s_hour() -> None:
    assert local(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)).isoformat() == (
        "2026-11-23T00:30:00+08:00"
    )


def test_an_error_is_its_key_and_facts() -> None:
    error = MarketError("a.b", Kind.CONFLICT, fields={"x": ("form.y", {"n": 1})}, until=3)
    assert (str(error), error.kind, error.facts) == ("a.b {'until': 3}", "conflict", {"until": 3})
    assert error.fields == {"x": ("form.y", {"n": 1})}
    assert (str(MarketError("a.b")), MarketError("a.b").fields) == ("a.b", {})
    assert (not_found().key, not_found("file").key) == ("not_found.page", "not_found.file")
    assert not_found().kind is Kind.NOT_FOUND


@pytest.mark.parametrize(
    ("regions", "region", "covered"),
    [
        (("511702",), "511702", True),
        (("511702",), "511703", False),
        (("511700",), "511702", True),
        (("511700",), "511700", True),
        (("511702",), "511700", False),
        (("511800",), "511702", False),
        ((), "511702", False),
        (("511800", "511703"), "511703", True),
    ],
)
def test_a_role_covers_its_regions(regions: tuple[str, ...], region: str, covered: bool) -> None:
    assert Actor(Role.REGULATOR, "r", regions=regions).covers(region) is covered


def test_roles_are_named_as_ledger_and_sessions_name_them() -> None:
    """Words that were written can never be written otherwise again."""
    assert {role.value for role in ADMINISTRATORS} == {
        "system_admin",
        "security_admin",
        "audit_admin",
    }
    others = {"anyone", "owner", "agency", "department", "regulator", "trustee", "clock"}
    assert {role.value for role in Role if role not in ADMINISTRATORS} == others


def test_the_ledger_names_role_and_code_never_a_name() -> None:
    actor = Actor(Role.OWNER, "p-17", name="张三", session="s")
    assert actor.ledger_name == "owner:p-17"
    assert actor.signed_in
    assert THE_CLOCK.ledger_name == "clock"
    assert not NOBODY.signed_in
    assert NOBODY.ledger_name == "anyone:anonymous"
    assert (NOBODY.name, NOBODY.organisation_name) == ("", "")


def test_a_call_for_another_actor_has_no_retry_key() -> None:
    call = Call(NOBODY, datetime(2026, 1, 1, tzinfo=UTC), None, Retry("k" * 8, "0"))  # type: ignore[arg-type]  # no tool is used
    other = call.by(THE_CLOCK)
    assert (other.actor, other.retry, other.now) == (THE_CLOCK, None, call.now)
    assert call.retry is not None
