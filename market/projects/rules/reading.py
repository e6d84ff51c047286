"""Reads what was typed into a ``Draft``; what cannot be read becomes a finding, never a loss."""

from typing import Final

from market.projects.rules.draft import Avoided, Draft, Tie, Witness
from market.projects.rules.finding import Breach
from market.projects.rules.reader import Reader, Typed
from market.projects.rules.steps import AVOID_ROWS, LENGTHS, WITNESS_ROWS
from market.projects.rules.ways.registry import WAYS
from market.projects.states import Funding, Pool, Way

MAX_DAYS: Final = 3650


def read(typed: Typed) -> tuple[Draft, list[Breach]]:
    """The draft and what could not be read, field by field; never raises, whatever was typed."""
    r = Reader(typed, LENGTHS)
    way, pool = r.choice("way", Way), r.choice("pool", Pool)
    draft = Draft(
        title=" ".join(r.text("title").split()),
        item=r.text("item"),
        summary=r.text("summary"),
        scale=r.text("scale"),
        requirements=r.text("requirements"),
        staff=r.text("staff"),
        service_days=r.number("service_days", 1, MAX_DAYS),
        region=r.text("region"),
        address=r.text("address"),
        contact_name=r.text("contact_name"),
        contact_phone=r.phone("contact_phone"),
        complaint_phone=r.phone("complaint_phone"),
        funding=r.choice("funding", Funding),
        fiscal_percent=r.number("fiscal_percent", 1, 99),
        needs_approval=r.yes("needs_approval"),
        approval_number=r.text("approval_number"),
        control_price_fen=r.fen("control_price", "control_unit"),
        control_price_sure=r.is_sure("control_price", "control_unit"),
        amount_note=r.text("amount_note"),
        way=way,
        pool=pool if way is None or len(WAYS[way].rules.pools) > 1 else None,
        answers=WAYS[way].read(r) if way else {},
        deadline_at=r.when("deadline_at"),
        avoid=_avoided(r),
        witnesses=_witnesses(r),
    )
    return draft, r.unread


def _avoided(r: Reader) -> tuple[Avoided, ...]:
    rows = (
        Avoided(n, r.text(f"avoid_{n}"), r.choice(f"avoid_tie_{n}", Tie), r.text(f"avoid_note_{n}"))
        for n in range(1, AVOID_ROWS + 1)
    )
    return tuple(row for row in rows if row.asked or row.tie or row.note)


def _witnesses(r: Reader) -> tuple[Witness, ...]:
    rows = (
        Witness(n, r.text(f"witness_{n}"), r.text(f"witness_unit_{n}"))
        for n in range(1, WITNESS_ROWS + 1)
    )
    return tuple(row for row in rows if row.name or row.unit)
