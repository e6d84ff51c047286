"""What counts as what in oversight; pure.

Groups of the trustees' alarms follow the codes of PROTOCOL.md §4 and §6.3; a trustee that has not
been heard of for a day counts as gone there, so it does here.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from market.kernel.clock import CITY_ZONE, local

QUIET: Final = timedelta(minutes=15)
GONE: Final = timedelta(hours=24)
MONTHS: Final = 12

_GROUPS: Final = {
    "ledger": {
        "fork",
        "shorter_tree",
        "checkpoint",
        "bundle",
        "note",
        "entry",
        "entry_size",
        "tile",
        "frontier",
        "not_covered",
        "signature",
    },
    "envelope": {
        "terms",
        "envelope_terms",
        "envelope_seats",
        "envelope_size",
        "envelope_kind",
        "envelope_box",
        "other_bytes",
        "foreign_author",
        "blind_entry",
        "box",
        "box_item",
    },
    "decision": {
        "decision_order",
        "unsealed",
        "transcript",
        "ranking",
        "move",
        "draw_secret",
        "contributors",
        "rules_about",
        "opened_missing",
        "no_identity",
        "share",
        "shares",
        "too_few_shares",
    },
    "order": {"opening_order", "audit_order", "audit_second", "audit_freeze", "audit_early"},
    "version": {"not_spoken"},
    "waiting": {"quorum", "checkpoint_ahead", "not_yet", "boxes_missing", "too_early"},
}


def alarm_group(code: str) -> str:
    """What an alarm is about: freeze, ledger, envelope, decision, order, waiting or other."""
    if code.startswith(("freeze_", "second_freeze", "withdrawal_", "report_")):
        return "freeze"
    return next((group for group, codes in _GROUPS.items() if code in codes), "other")


def health(seen_at: datetime | None, now: datetime) -> str:
    """``well``, ``quiet`` for a quarter of an hour, or ``gone`` for a day."""
    if seen_at is None or now - seen_at >= GONE:
        return "gone"
    return "quiet" if now - seen_at >= QUIET else "well"


def span_of(name: str) -> tuple[datetime, datetime]:
    """When a month such as 2026-11 begins on the city's wall clock, and when the next one does."""
    begins = datetime.strptime(name, "%Y-%m").replace(tzinfo=CITY_ZONE)
    ends = (begins + timedelta(days=32)).replace(day=1)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def last_months(now: datetime, many: int = MONTHS) -> tuple[str, ...]:
    """The last ``many`` months up to the one of ``now``, oldest first."""
    number = local(now).year * 12 + local(now).month - 1
    spans = range(number - many + 1, number + 1)
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in spans)
