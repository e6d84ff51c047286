"""Who drafted an own project, who may let it go out, who sent it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.accounts import queries as accounts
from market.accounts.regions import rules_as
from market.kernel.actors import Actor, Role
from market.projects import policy, rules
from market.projects.codes import must_be_code
from market.projects.models import Project
from market.projects.states import State


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why the second person did not publish."""

    name: str
    remark: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """The two hands behind a publication, by name: for the owner's own people alone.

    ``others`` may publish what waits and the asker may not; ``needs_second``: it takes another
    person than who drafted it.
    """

    drafter: str
    publisher: str | None
    waits: bool
    needs_second: bool
    others: tuple[str, ...]
    may_publish: bool
    may_send_back: bool
    sent_back: SentBack | None


def barred(project: Project, now: datetime) -> str | None:
    """The person who may not publish what is checked, because a second one must; None: nobody."""
    if project.state is not State.READY:
        return None
    asked = rules_as(rules.SecondPersonRules, project.region, now)
    return project.drafter if rules.needs_second_person(asked, project.control_price_fen) else None


async def publishing(code: str, actor: Actor, now: datetime) -> Publishing | None:
    """Of an own project; None of others."""
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None or not policy.is_owner(actor, project.owner):
        return None
    return await publishing_of(project, actor, now)


async def publishing_of(project: Project, actor: Actor, now: datetime) -> Publishing:
    """Of the row of an own project."""
    refused = barred(project, now)
    names = await accounts.names({project.drafter, project.publisher or ""})
    waits = project.state is State.READY
    why_not = policy.why_not_publish(actor, project.owner, project.state, refused)
    why_not_back = policy.why_not_send_back(actor, project.owner, project.state, project.drafter)
    return Publishing(
        drafter=names.get(project.drafter, project.drafter),
        publisher=names.get(project.publisher, project.publisher) if project.publisher else None,
        waits=waits,
        needs_second=refused is not None,
        others=but(await publishers(project.owner, now), refused) if waits and why_not else (),
        may_publish=why_not is None,
        may_send_back=why_not_back is None,
        sent_back=_sent_back(project.sent_back),
    )


async def publishers(owner: str, now: datetime) -> dict[str, str]:
    """The owner's people who may publish now: names by code."""
    choices = await accounts.choices(now, organisation=owner)
    return {
        one.person: one.person_name
        for one in choices
        if one.role is Role.OWNER and not one.drafts_only
    }


def but(people: Mapping[str, str], barred_person: str | None) -> tuple[str, ...]:
    """Their names without that one's."""
    return tuple(name for code, name in people.items() if code != barred_person)


def _sent_back(kept: dict[str, Any] | None) -> SentBack | None:
    return SentBack(kept["name"], kept["remark"]) if kept else None
