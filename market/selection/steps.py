"""Steps that several use cases of a round share. All of them run inside a unit."""

from datetime import datetime
from typing import Any

from market.audit import ledger
from market.infra import db, live, sql
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.projects import steps as projects
from market.selection.machine import ROUND, TAG_OF
from market.selection.models import Contribution, Round
from market.selection.round_secrets import forget_key
from market.selection.rules import Failure
from market.selection.states import FINAL, RoundEvent, State
from signing.core.canonical import instant
from signing.core.facts import Facts
from signing.rounds import facts
from signing.sealing import sealed


async def locked(about: str) -> Round:
    """The round, its row locked until the unit ends."""
    found = await Round.select_for_update().get_or_none(about=about)
    if found is None:
        raise not_found("round")
    return found


async def move(
    call: Call, round_: Round, event: RoundEvent, told: Facts | ledger.Late, **columns: Any
) -> ledger.Mark:
    """One transition: state, columns, ledger entry, the project's line in the lists, live event."""
    state = ROUND.after(round_.state, event)
    if told.tag != TAG_OF[event]:
        raise ValueError(f"{event} is not told by {told.tag}")
    mark = await ledger.record(call, told, about=round_.about)
    await Round.filter(about=round_.about).update(state=state, act_id=mark.token, **columns)
    for name, value in columns.items():
        setattr(round_, name, value)
    round_.state = state
    await tell(call, round_)
    if state in FINAL:
        forget_key(call, round_.about)
    return mark


async def tell(call: Call, round_: Round) -> None:
    """Show the round's state in the lists and to everyone who watches. No count, no code."""
    await projects.moved(call, round_.project, str(round_.state), round_.deadline_at)
    await live.publish(
        f"round:{round_.project}/{round_.attempt}",
        {"state": str(round_.state), "at": instant(call.now)},
    )


async def fail(
    call: Call, round_: Round, event: RoundEvent, reason: Failure, role: str | None = None
) -> None:
    """End a round without a result, by the fault of ``role`` if any; it may be tried again."""
    said = str(reason)
    told = facts.Failed(reason=said, role=role)
    await move(call, round_, event, told, failure=said, failure_by=role)
    await projects.failed(call, round_.project, said)


def is_open(round_: Round, now: datetime) -> bool:
    """Whether applications are taken at ``now``."""
    return round_.state is State.ACCEPTING and now < round_.deadline_at


async def contribute(
    call: Call, round_: Round, role: str, commit: str, envelope: sealed.Envelope
) -> None:
    """Log one role's commitment and keep its envelope. Inside a unit."""
    if role not in round_.terms["rules"]["contributors"]:
        raise MarketError("selection.not_a_contributor", Kind.CONFLICT)
    told = facts.Contributed(role=role, commit=commit, envelope=envelope.sha256)
    mark = await ledger.record(call, told, about=round_.about)
    await keep(round_.about, mark.token, envelope)
    await Contribution.create(
        round_id=round_.about,
        role=role,
        commit=commit,
        envelope=envelope.sha256,
        act_id=mark.token,
    )


async def keep(about: str, token: str, *envelopes: sealed.Envelope) -> None:
    """Store the bytes of envelopes, with the act of the entry that may tell their time."""
    rows = [
        {
            "sha256": one.sha256,
            "round_id": about,
            "kind": one.kind,
            "author": one.author,
            "seq": one.seq,
            "data": one.data,
            "act_id": token,
        }
        for one in envelopes
    ]
    await sql.insert(db.current().connection, "selection_envelope", *rows)
