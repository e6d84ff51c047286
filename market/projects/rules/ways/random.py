"""By lot (随机选取): the pool, and what the service costs, announced before anybody is drawn.

A fixed fee, or the published standard by which it is computed. For fiscal money one of the two is
needed, so that nothing is left to negotiate after the draw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from market.projects.rules import paying
from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source
from market.projects.rules.reader import Reader
from market.projects.rules.setting import Setting
from market.projects.rules.ways.way import NO_TEXT, Way
from signing.core.canonical import JsonObject
from signing.ways import random

LONGEST_RULE: Final = 500


class FeeKind(StrEnum):
    """How the fee is announced; OPEN leaves it to the contract."""

    FIXED = random.FIXED
    STANDARD = random.STANDARD
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Fee:
    """What is announced of the fee; only what its kind asks for counts."""

    kind: FeeKind | None
    fen: int | None
    sure: bool
    name: str
    number: str
    rule: str


def _read(r: Reader) -> dict[str, Fee]:
    return {
        "fee": Fee(
            kind=r.choice("fee_kind", FeeKind),
            fen=r.fen("fee"),
            sure=r.is_sure("fee"),
            name=r.text("fee_name"),
            number=r.text("fee_number"),
            rule=r.text("fee_rule"),
        )
    }


def _check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    fee: Fee = draft.answers["fee"]
    if fee.kind is FeeKind.FIXED:
        yield from _fixed(fee, draft, setting)
    elif fee.kind is FeeKind.STANDARD:
        for name in ("name", "number", "rule"):
            if not getattr(fee, name):
                yield Breach(f"fee_{name}", f"project.missing.fee_{name}", Source.WAYS)
    elif draft.fiscal_share:
        yield Breach("fee_kind", "project.missing.fee_kind", Source.BUDGET)


def _fixed(fee: Fee, draft: Draft, setting: Setting) -> Iterator[Breach]:
    if fee.fen is None:
        yield Breach("fee", "project.missing.fee", Source.WAYS)
        return
    most = draft.control_price_fen
    if most is not None and fee.fen > most:
        yield Breach("fee", "project.fee.over_control_price", Source.BUDGET, paying.sums(most=most))
    elif not fee.sure:
        yield from paying.questioned("fee", fee.fen, setting.item)


def _terms(draft: Draft, _setting: Setting) -> JsonObject | None:
    fee: Fee = draft.answers["fee"]
    if fee.kind is FeeKind.FIXED:
        return {"fee": {"kind": random.FIXED, "fen": fee.fen}}
    if fee.kind is FeeKind.STANDARD:
        told: dict[str, Any] = {"name": fee.name, "number": fee.number, "rule": fee.rule}
        return {"fee": {"kind": random.STANDARD, **told}}
    return None


RANDOM = Way(
    rules=random.RANDOM,
    questions={
        "fee_kind": NO_TEXT,
        "fee": NO_TEXT,
        "fee_sure": NO_TEXT,
        "fee_name": 120,
        "fee_number": 60,
        "fee_rule": LONGEST_RULE,
    },
    read=_read,
    check=_check,
    terms=_terms,
)
