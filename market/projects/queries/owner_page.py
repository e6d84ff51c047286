"""The owner's desk: own projects by state, what to do next, and the form as it was filled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.documents.attachments import AttachedFile, attached
from market.kernel.actors import Actor
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.projects import lookup, need, policy, rules
from market.projects.codes import must_be_code
from market.projects.events import about
from market.projects.models import Project
from market.projects.queries.cards import ItemName, ProjectCard, card_of, item_names
from market.projects.queries.duties import step_address
from market.projects.queries.owned import title_typed
from market.projects.queries.publishing import (
    Publishing,
    barred,
    but,
    publishers,
    publishing_of,
)
from market.projects.rules import timing
from market.projects.states import State, Way
from market.web import panels
from market.web.paging import PAGE_SIZE, Cursor, Page, cut
from market.web.panels import Duty, Status

GROUPS: Final = {
    "open": (State.DRAFT, State.READY, State.ASKED),
    "running": (State.PUBLISHED, State.DECIDED),
    "ended": (State.CONCLUDED, State.FAILED, State.WITHDRAWN),
    "discarded": (State.DISCARDED,),
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """An own project, what has to be done with it, and what there is to look at: words, address.

    ``status`` is the key of the words for what it waits for.
    ``waits_for`` are those of whom one must publish what the asker may not.
    """

    code: str
    state: State
    status: str
    title: str
    region: str
    way: Way | None
    control_price_fen: int | None
    deadline_at: datetime | None
    changed_at: datetime
    duties: tuple[Duty, ...]
    waits_for: tuple[str, ...] | None
    view: tuple[str, str] | None
    may_discard: bool
    may_restore: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab of the desk and how many projects each tab holds."""

    group: str
    counts: dict[str, int]
    page: Page[DeskRow]


@dataclass(frozen=True, slots=True)
class Window:
    """The region's numbers that the form tells before one runs into them."""

    working_days: int
    max_days: int
    earliest_at: datetime
    suggested_at: tuple[datetime, ...]
    is_provisional: bool
    threshold_fen: int


@dataclass(frozen=True, slots=True)
class Filling:
    """The form of an unpublished project: what was typed and what the rules say of it now.

    ``preview`` is what everybody will see once it is published, None while a rule is broken.
    """

    code: str
    state: State
    typed: dict[str, str]
    draft: rules.Draft
    breaches: list[rules.Breach]
    warnings: list[rules.Breach]
    agencies: dict[str, str]
    items: tuple[ItemName, ...]
    item: rules.ItemFacts | None
    window: Window
    preview: ProjectCard | None
    files: tuple[AttachedFile, ...]
    may_edit: bool
    may_discard: bool
    publishing: Publishing


async def desk(call: Call, group: str, cursor: Cursor | None) -> Desk:
    """The projects of the actor's organisation in ``group``, the newest first."""
    actor = call.actor
    mine = Project.filter(owner=actor.organisation)
    counts = {name: await mine.filter(state__in=list(s)).count() for name, s in GROUPS.items()}
    rows = mine.filter(state__in=list(GROUPS[group]))
    downwards = not (cursor and cursor.backwards)
    if cursor:
        rows = rows.filter(**{f"code__{'lt' if downwards else 'gt'}": cursor.value[:32]})
    found = await rows.order_by("-code" if downwards else "code").limit(PAGE_SIZE + 1)
    page = cut(found, cursor, lambda row: row.code)
    waiting = defaultdict(list)
    codes = [row.code for row in page.rows]
    for duty in await panels.duties(call, codes):
        waiting[duty.project].append(duty)
    told = await panels.statuses(codes, actor, call.now)
    second = await _second_persons(actor, page.rows, call.now)
    rows_shown = tuple(
        _row(actor, row, waiting[row.code], second, told.get(row.code)) for row in page.rows
    )
    return Desk(group, counts, Page(rows_shown, page.previous, page.next))


async def filling(call: Call, code: str) -> Filling:
    """The form of an own project; raises NOT_FOUND for others and for what never was theirs."""
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None or not policy.is_owner(call.actor, project.owner):
        raise not_found("project")
    draft, unread = rules.read(project.typed)
    setting = await lookup.setting(call, draft, project.owner, code)
    found = rules.breaches(draft, setting, unread)
    names, files = await item_names(), await attached(about(code))
    if not found and project.state in {State.DRAFT, State.DISCARDED}:
        need.fix(project, draft, setting, files)
    published = project.published_at is not None
    return Filling(
        code=code,
        state=project.state,
        typed=dict(project.typed),
        draft=draft,
        breaches=found,
        warnings=rules.warnings(draft, setting),
        agencies=dict(setting.agencies),
        items=tuple(names.values()),
        item=setting.item,
        window=Window(
            setting.rules.sign_up_working_days,
            setting.rules.sign_up_max_days,
            timing.earliest(setting),
            timing.suggested(setting),
            setting.calendar.is_provisional(call.now, timing.earliest(setting)),
            setting.rules.purchase_threshold_fen,
        ),
        preview=None if found else card_of(project, names, call.actor, call.now),
        files=files,
        may_edit=policy.why_not_edit(call.actor, project.owner, project.state) is None,
        may_discard=policy.why_not_discard(
            call.actor, project.owner, project.state, was_published=published
        )
        is None,
        publishing=await publishing_of(project, call.actor, call.now),
    )


async def _second_persons(
    actor: Actor, rows: Iterable[Project], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Who may publish what the asker may not, by project."""
    waiting = {
        row.code: barred(row, now)
        for row in rows
        if row.state is State.READY
        and policy.why_not_publish(actor, row.owner, row.state, barred(row, now))
    }
    people = await publishers(str(actor.organisation), now) if waiting else {}
    return {code: but(people, refused) for code, refused in waiting.items()}


async def first_to_change(call: Call, code: str) -> str | None:
    """Where the first answer is changed that the rules refuse now; None when all of them hold."""
    breaches = (await filling(call, code)).breaches
    return step_address(code, breaches[0].field) if breaches else None


def _row(
    actor: Actor,
    project: Project,
    duties: list[Duty],
    second: Mapping[str, tuple[str, ...]],
    status: Status | None,
) -> DeskRow:
    published = project.published_at is not None
    return DeskRow(
        code=project.code,
        state=project.state,
        status=status.said if status else f"project.state.{project.state}",
        title=title_typed(project.typed),
        region=project.typed.get("region") or "",
        way=project.way,
        control_price_fen=project.control_price_fen,
        deadline_at=project.deadline_at,
        changed_at=project.changed_at,
        duties=tuple(duties),
        waits_for=second.get(project.code),
        view=_view(project),
        may_discard=policy.why_not_discard(
            actor, project.owner, project.state, was_published=published
        )
        is None,
        may_restore=policy.why_not_restore(actor, project.owner, project.state) is None,
        may_withdraw=policy.why_not_go_on(actor, project.owner, project.state) is None,
    )


def _view(project: Project) -> tuple[str, str] | None:
    """What there is to look at, beside what has to be done."""
    if project.state is State.DRAFT:
        return None
    if project.state is State.READY:
        return "project.next.ready", f"/my/projects/{project.code}/check"
    if project.state is State.DISCARDED:
        return "project.next.restore", f"/my/projects/{project.code}/step/1"
    return f"project.next.{project.state}", f"/projects/{project.code}"
