"""Entries in plain words. Tags, subjects and details are each room's own (its ``events``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from tortoise.expressions import Q

from market import rooms
from market.audit.models import LedgerEntry
from market.audit.publish import latest
from market.kernel.subject import Subject
from signing.core.canonical import loads


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: keys of its sentence, of who acted and of the details, filled by ``facts``.

    ``about`` is the name without its kind, or the key of words for it; ``href`` its history.
    """

    index: int
    at: datetime
    tag: str
    about: str
    href: str
    who: str
    details: tuple[str, ...]
    facts: dict[str, Any]
    witnessed: bool


async def lines(rows: Iterable[LedgerEntry]) -> list[EntryLine]:
    """Those entries in words, each with whether the quorum has seen it."""
    newest = await latest(witnessed=True)
    witnessed = newest.size if newest else 0
    return [_line(row, witnessed) for row in rows]


async def history(beginning: str, root: str) -> list[EntryLine]:
    """What was recorded about ``root`` and what belongs to it, in order."""
    kinds = [one.kind for one in _subjects().values() if one.history == beginning]
    itself = Q(about__in=[f"{kind}:{root}" for kind in kinds])
    # From "/" to the character after it: an index answers.
    below = [Q(about__gte=f"{kind}:{root}/", about__lt=f"{kind}:{root}0") for kind in kinds]
    return await lines(
        await LedgerEntry.filter(Q(itself, *below, join_type="OR")).order_by("index")
    )


def who(by: str) -> str:
    """The key of the words for who acted: each trustee by name, everybody else by role."""
    role, _, code = by.partition(":")
    return f"trustee.{code}" if role == "trustee" else f"by.{role}"


def _line(row: LedgerEntry, witnessed: int) -> EntryLine:
    body = loads(bytes(row.data))
    kind, _, name = row.about.partition(":")
    subject = _subjects().get(kind, Subject(kind))
    root = name.split("/")[0]
    return EntryLine(
        index=row.index,
        at=row.at,
        tag=row.tag,
        about=subject.words or (name if subject.history else row.about),
        href=subject.history + root if subject.history else "",
        who=who(body["by"]),
        details=tuple(key % body["facts"] for key in _details().get(row.tag, ())),
        facts=body["facts"],
        witnessed=row.index < witnessed,
    )


@cache
def _subjects() -> dict[str, Subject]:
    return {one.kind: one for one in rooms.gathered("events", "SUBJECTS")}


@cache
def _details() -> dict[str, tuple[str, ...]]:
    return rooms.merged("events", "DETAILS")
