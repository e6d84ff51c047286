"""What trustees refused, with both sides; what would tell of applicants waits for the freeze."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.actors import Actor
from market.kernel.errors import not_found
from market.oversight import policy
from market.oversight.rules import alarm_group
from market.selection import blind
from market.selection.models import Round, TrusteeAlarm

LISTED = 30


@dataclass(frozen=True, slots=True)
class Alarm:
    """One refusal. Before the freeze of its round only that there was one is told."""

    id: str
    trustee: str
    at: datetime
    code: str | None
    group: str
    grave: bool
    project: str | None
    attempt: int | None
    withheld: bool
    sentence: str | None
    evidence: tuple[str, ...]


async def alarms(actor: Actor, **about: str) -> tuple[Alarm, ...]:
    """The newest refusals that ``actor`` may see, the grave ones first; ``about=`` one round."""
    rows = await TrusteeAlarm.filter(**about).order_by("-at", "id").limit(LISTED * 3)
    rounds = {r.about: r for r in await Round.filter(about__in=list({a.about for a in rows}))}
    seen = [_alarm(row, rounds.get(row.about), actor) for row in rows]
    found = [one for one in seen if one is not None]
    return tuple(sorted(found, key=lambda one: not one.grave)[:LISTED])


async def alarm(name: str, actor: Actor) -> Alarm:
    """One refusal; raises NOT_FOUND for what ``actor`` may not see."""
    row = await TrusteeAlarm.get_or_none(id=name)
    about = await Round.get_or_none(about=row.about) if row else None
    found = _alarm(row, about, actor) if row else None
    if found is None:
        raise not_found("alarm")
    return found


def _alarm(row: TrusteeAlarm, about: Round | None, actor: Actor) -> Alarm | None:
    if not policy.is_overseer(actor):
        return None
    if about is not None and not policy.oversees(actor, about.region):
        return None
    withheld = about is not None and _is_shut(about, actor)
    grave = bool(row.body["grave"])
    if withheld and not grave:
        return None
    return Alarm(
        id=str(row.id),
        trustee=row.trustee,
        at=row.at,
        code=None if withheld else row.code,
        group="other" if withheld else alarm_group(row.code),
        grave=grave,
        project=about.project if about else None,
        attempt=about.attempt if about else None,
        withheld=withheld,
        sentence=None if withheld else str(row.body["sentence"]),
        evidence=() if withheld else tuple(str(text) for text in row.body["evidence"]),
    )


def _is_shut(round_: Round, actor: Actor) -> bool:
    """Whether not even the number of applications may be known yet."""
    return "count" not in blind.visible(actor.role, round_.state, round_.way)
