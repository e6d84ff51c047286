"""Groups of alarms, health of trustees, months on the city's wall clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actors import Actor, Role
from market.kernel.clock import local
from market.oversight import policy
from market.oversight.drawings import month_name
from market.oversight.rules import _GROUPS, MONTHS, alarm_group, health, last_months, span_of
from market.web.i18n import LOCALES, say
from signing.trustee import trustee
from signing.trustee.trustee import PATIENT

GROUPS = {"ledger", "freeze", "envelope", "decision", "order", "version", "waiting", "other"}
INSTANTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
SIGNING = Path(trustee.__file__).parents[1]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("fork", "ledger"),
        ("shorter_tree", "ledger"),
        ("second_freeze", "freeze"),
        ("freeze_omits", "freeze"),
        ("withdrawal_missing", "freeze"),
        ("envelope_terms", "envelope"),
        ("transcript", "decision"),
        ("opening_order", "order"),
        ("not_spoken", "version"),
        ("never_heard_of", "other"),
        ("", "other"),
    ],
)
def test_an_alarm_belongs_to_a_group(code: str, group: str) -> None:
    assert alarm_group(code) == group


def test_every_code_of_a_group_is_one_that_is_said() -> None:
    codes = {code for group in _GROUPS.values() for code in group}
    said = "".join(path.read_text("utf-8") for path in SIGNING.rglob("*.py"))
    assert len(codes) > 40
    assert {code for code in codes if f'"{code}"' not in said} == set()


def test_what_a_trustee_is_patient_with_is_shown_as_waiting() -> None:
    assert {code for code in PATIENT if alarm_group(code) != "waiting"} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_group_is_worded(locale: str) -> None:
    keys = {f"oversight.alarm.{group}{tail}" for group in GROUPS for tail in ("", ".means")}
    assert {key for key in keys if say(locale, key) == key} == set()


@pytest.mark.parametrize(
    ("ago", "word"),
    [
        (timedelta(0), "well"),
        (timedelta(minutes=15) - timedelta(milliseconds=1), "well"),
        (timedelta(minutes=15), "quiet"),
        (timedelta(hours=24) - timedelta(milliseconds=1), "quiet"),
        (timedelta(hours=24), "gone"),
    ],
)
def test_health_changes_at_its_bounds(ago: timedelta, word: str) -> None:
    assert health(NOW - ago, NOW) == word


def test_who_never_called_is_gone() -> None:
    assert health(None, NOW) == "gone"


def test_a_month_turns_at_midnight_of_the_city() -> None:
    begins, ends = span_of("2026-11")
    assert begins == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert ends == span_of("2026-12")[0] == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert span_of("2026-12")[1] == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


@given(INSTANTS)
def test_the_last_months_end_with_this_one_and_leave_none_out(now: datetime) -> None:
    found = last_months(now)
    numbers = [int(at[:4]) * 12 + int(at[5:]) for at in found]
    assert len(found) == MONTHS == 12
    assert found[-1] == local(now).strftime("%Y-%m")
    assert all(later - earlier == 1 for earlier, later in pairwise(numbers))


def test_months_are_named_in_both_languages() -> None:
    assert month_name("2026-11", "zh_CN") == "11月"
    assert month_name("2026-11", "zh_CN", year=True) == "2026年11月"
    assert month_name("2026-11", "en") == "Nov"
    assert month_name("2026-11", "en", year=True) == "November 2026"


@pytest.mark.parametrize("role", Role)
def test_regulators_and_audit_administrators_see_the_regions_they_are_there_for(role: Role) -> None:
    is_overseer = role in {Role.REGULATOR, Role.AUDIT_ADMIN}
    actor = Actor(role, "p", regions=("511702",))
    assert policy.is_overseer(actor) is is_overseer
    assert policy.oversees(actor, "511702") is is_overseer
    assert not policy.oversees(actor, "511703")
