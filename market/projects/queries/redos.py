"""Further attempts: what an owner may sign, what was signed and by whom, what waits for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from market.accounts.regions import rules_as
from market.kernel.actors import Actor
from market.kernel.errors import must, not_found
from market.projects import policy, rules
from market.projects.codes import must_be_code
from market.projects.events import round_about
from market.projects.models import Project, Redo
from market.projects.states import State
from signing.core.canonical import instant
from signing.statements import redo


@dataclass(frozen=True, slots=True)
class RedoCard:
    """A further attempt as everyone may read of it; ``regulator`` is None until one has signed."""

    failed: int
    attempt: int
    reason: str
    statement: str
    statement_sha256: str
    owner: str
    regulator: str | None
    needs_regulator: bool
    asked_at: datetime
    agreed_at: datetime | None

    @property
    def count(self) -> int:
        """How often the project was tried again by then."""
        return self.attempt - 1

    @property
    def waits(self) -> bool:
        """Whether a regulator's signature is missing."""
        return self.needs_regulator and self.regulator is None


@dataclass(frozen=True, slots=True)
class Asking:
    """What the owner of a failed project may choose from, and what is asked for already."""

    code: str
    title: str
    failed: int
    failure: str | None
    reasons: tuple[str, ...]
    needs_regulator: bool
    asked: RedoCard | None

    def statement(self, reason: str, now: datetime) -> str:
        """The bytes to sign for ``reason``, as written ``now``."""
        about = round_about(self.code, self.failed)
        return redo.statement(about, reason, instant(now)).decode()


@dataclass(frozen=True, slots=True)
class WaitingRedo:
    """A further attempt that waits for a regulator, after the attempt that ``failed``."""

    project: str
    failed: int
    title: str
    owner: str
    region: str
    reason: str


async def asking(actor: Actor, code: str, now: datetime) -> Asking:
    """What may be asked for; raises NOT_FOUND for others, CONFLICT when nothing has failed."""
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None or not policy.is_owner(actor, project.owner):
        raise not_found("project")
    must(policy.why_not_go_on(actor, project.owner, project.state))
    row = await Redo.get_or_none(about=round_about(code, project.attempt))
    listed = rules_as(rules.RedoRules, project.region, now).redo_reasons
    return Asking(
        code=code,
        title=project.title,
        failed=project.attempt,
        failure=project.ended_reason,
        reasons=rules.redo_reasons(listed, project.ended_reason),
        needs_regulator=redo.needs_regulator(project.attempt),
        asked=_card(row) if row else None,
    )


async def redos(code: str) -> list[RedoCard]:
    """Every further attempt of a project that was asked for, in order."""
    return [_card(row) for row in await Redo.filter(project=code).order_by("attempt")]


async def waiting_redo(code: str, attempt: int, actor: Actor) -> RedoCard:
    """What waits for the regulator after the failed ``attempt``; raises NOT_FOUND, FORBIDDEN."""
    about = round_about(must_be_code(code), attempt)
    project, row = await Project.get_or_none(code=code), await Redo.get_or_none(about=about)
    if project is None or row is None:
        raise not_found("round")
    must(policy.why_not_countersign(actor, project.owner, project.region))
    return _card(row)


async def waiting_redos(
    regions: Collection[str], among: Collection[str] | None, most: int
) -> list[WaitingRedo]:
    """The further attempts for which a regulator's signature is missing.

    Of those regions, maybe among those projects, at ``most`` so many, the longest waiting first.
    """
    asked = Project.filter(state=State.ASKED, region__in=list(regions)).order_by("changed_at")
    if among is not None:
        asked = asked.filter(code__in=list(among))
    projects = {row.code: row for row in await asked.limit(most)} if regions else {}
    rows = Redo.filter(project__in=list(projects), regulator_cms=None).order_by("asked_at")
    return [
        WaitingRedo(
            row.project,
            row.attempt - 1,
            projects[row.project].title,
            projects[row.project].owner,
            projects[row.project].region,
            row.reason,
        )
        for row in (await rows if projects else [])
        if redo.needs_regulator(row.attempt - 1)
    ]


async def redo_signatures(statement_sha256: str) -> tuple[bytes, bytes, bytes | None]:
    """Statement, the owner's signature, and the regulator's if there is one."""
    row = await Redo.get(statement_sha256=statement_sha256)
    signed = row.regulator_cms
    return bytes(row.statement), bytes(row.owner_cms), bytes(signed) if signed else None


def _card(row: Redo) -> RedoCard:
    return RedoCard(
        failed=row.attempt - 1,
        attempt=row.attempt,
        reason=row.reason,
        statement=bytes(row.statement).decode(),
        statement_sha256=row.statement_sha256,
        owner=row.owner["name"],
        regulator=row.regulator["name"] if row.regulator else None,
        needs_regulator=redo.needs_regulator(row.attempt - 1),
        asked_at=row.asked_at,
        agreed_at=row.agreed_at,
    )
