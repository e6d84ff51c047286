"""What an owner does before publication and after a failure: from the first draft to giving up.

Saving keeps what was typed, right or wrong. Others are told that the project is not there. Another
attempt after a failure is signed for, by a regulator too from the second one on (PROTOCOL.md §7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from market.accounts.regions import rules_as
from market.audit import ledger
from market.documents import attachments, signatures
from market.documents.signatures import Signature
from market.infra.db import use_case
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found
from market.projects import events, policy, rules, steps
from market.projects.events import about, round_about
from market.projects.models import Project, Redo
from market.projects.rules.steps import KEPT_CHARACTERS, STEPS, Step
from market.projects.statements import REDO
from market.projects.states import MACHINE, Event, State
from signing.core.hashing import sha256
from signing.rounds.facts import RedoAsked, Retried

NOT_COPIED = ("deadline_at",)


@dataclass(frozen=True, slots=True)
class Begun:
    """The code of a new draft."""

    code: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Another attempt was asked for; whether it waits for a regulator's signature."""

    waits: bool


@use_case
async def start(call: Call) -> Begun:
    """Open an empty draft."""
    return Begun((await steps.create(call, {})).code)


@use_case
async def save(call: Call, code: str, number: int, typed: Mapping[str, Any]) -> None:
    """Keep one step's answers as they were typed; a checked project becomes a draft again.

    Raises NOT_FOUND for others, CONFLICT after publication, UNPROCESSABLE for a single answer above
    ``KEPT_CHARACTERS``, which is not kept.
    """
    project = await steps.own(call, code)
    must(policy.why_not_edit(call.actor, project.owner, project.state))
    given = _answers(step(number), typed)
    if all(project.typed.get(name, "") == text for name, text in given.items()):
        return
    answers = {**project.typed, **given}
    await steps.reopen(call, project)
    project.typed, project.changed_at, project.drafter = answers, call.now, call.actor.code
    await project.save(update_fields=["state", "typed", "changed_at", "drafter"])


@use_case
async def check(call: Call, code: str) -> None:
    """Make the draft ready for publication; raises UNPROCESSABLE with every breach by field."""
    project = await steps.own(call, code)
    await steps.make_ready(call, project)


@use_case
async def send_back(call: Call, code: str, remark: str) -> None:
    """A second person does not publish: a draft again, with the remark for who drafted it.

    Raises NOT_FOUND for others, CONFLICT for what is not checked and for whoever drafted it.
    """
    project = await steps.own(call, code)
    must(policy.why_not_send_back(call.actor, project.owner, project.state, project.drafter))
    project.sent_back = {"name": call.actor.name, "remark": remark}
    await project.save(update_fields=["sent_back"])
    await _move(call, project, Event.REOPENED, events.Reopened)


@use_case
async def discard(call: Call, code: str) -> None:
    """Throw an unpublished project away; ``restore`` takes it back."""
    project = await steps.own(call, code)
    published = project.published_at is not None
    must(policy.why_not_discard(call.actor, project.owner, project.state, was_published=published))
    await _move(call, project, Event.DISCARDED, events.Discarded)


@use_case
async def restore(call: Call, code: str) -> None:
    """Take a discarded project back as a draft, with everything that was typed."""
    project = await steps.own(call, code)
    must(policy.why_not_restore(call.actor, project.owner, project.state))
    await _move(call, project, Event.RESTORED, events.Restored)


@use_case
async def ask_again(call: Call, code: str, attempt: int, signature: Signature) -> Asked:
    """Another attempt after the failed one, on the owner's signature; its date must be set anew.

    From the second redo on it waits for a regulator. The owner may ask anew while it waits. Raises
    CONFLICT for another attempt than the one that failed last or a statement too old, UNPROCESSABLE
    for a reason that the region does not have, FORBIDDEN for somebody else's certificate.
    """
    project = await _failed(call, code)
    if project.attempt != attempt:
        raise MarketError("project.not_failed", Kind.CONFLICT)
    name = round_about(code, attempt)
    said = signatures.read(call, REDO, name, signature)
    listed = rules_as(rules.RedoRules, project.region, call.now).redo_reasons
    if said["reason"] not in rules.redo_reasons(listed, project.ended_reason):
        raise MarketError("project.redo_reason", Kind.UNPROCESSABLE)
    asked = Redo(
        about=name,
        project=code,
        attempt=said["attempt"],
        reason=said["reason"],
        statement=signature.data,
        statement_sha256=sha256(signature.data).hex(),
        owner=await signatures.signed_for(call, signature),
        owner_cms=signature.cms,
        asked_at=call.now,
    )
    await Redo.filter(about=name).delete()
    if Role.REGULATOR in REDO.signers(said):
        await asked.save(force_create=True)
        await steps.asked(call, code)
        await ledger.record(call, _asked(asked), about=about(code))
        return Asked(waits=True)
    await _try_again(call, project, asked)
    await asked.save(force_create=True)
    return Asked(waits=False)


@use_case
async def countersign(call: Call, code: str, attempt: int, signature: Signature) -> None:
    """A regulator agrees to what an owner asked for, by signing the same statement.

    Raises FORBIDDEN for others and for somebody else's certificate, CONFLICT when nothing waits or
    the owner has asked anew meanwhile.
    """
    project = await steps.locked(code)
    must(policy.why_not_countersign(call.actor, project.owner, project.region))
    asked = await Redo.get_or_none(about=round_about(code, attempt))
    waits = project.state is State.ASKED and project.attempt == attempt
    if asked is None or not waits or bytes(asked.statement) != signature.data:
        raise MarketError("project.redo_changed", Kind.CONFLICT)
    asked.regulator = await signatures.signed_for(call, signature)
    asked.regulator_cms, asked.agreed_at = signature.cms, call.now
    await _try_again(call, project, asked)
    await asked.save()


@use_case
async def withdraw(call: Call, code: str) -> None:
    """Give a failed project up for good; it stays public with its history."""
    project = await _failed(call, code)
    await _move(call, project, Event.WITHDRAWN, events.Withdrawn)


@use_case
async def copy(call: Call, code: str) -> Begun:
    """A new draft with the answers and files of an own project, without its date."""
    source = await steps.own(call, code)
    answers = {k: v for k, v in source.typed.items() if k not in NOT_COPIED}
    made = await steps.create(call, answers)
    await attachments.copied(call, about(code), about(made.code))
    return Begun(made.code)


def step(number: int) -> Step:
    """The step of that number; raises NOT_FOUND."""
    if not 1 <= number <= len(STEPS):
        raise not_found("page")
    return STEPS[number - 1]


async def _failed(call: Call, code: str) -> Project:
    project = await steps.own(call, code)
    must(policy.why_not_go_on(call.actor, project.owner, project.state))
    return project


async def _try_again(call: Call, project: Project, asked: Redo) -> None:
    told = Retried(**_asked(asked).written(), need_sha256=str(steps.need_sha256(project)))
    await steps.retried(call, project.code)
    await ledger.record(call, told, about=about(project.code))


def _asked(asked: Redo) -> RedoAsked:
    return RedoAsked(
        attempt=asked.attempt,
        count=asked.attempt - 1,
        reason=asked.reason,
        statement=asked.statement_sha256,
        owner=asked.owner,
        regulator=asked.regulator,
    )


async def _move(call: Call, project: Project, event: Event, told: type[events.OfNeed]) -> None:
    project.state = MACHINE.after(project.state, event)
    project.changed_at = call.now
    await project.save(update_fields=["state", "changed_at"])
    facts = told(need_sha256=steps.need_sha256(project))
    await ledger.record(call, facts, about=about(project.code))


def _answers(step: Step, typed: Mapping[str, Any]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for name in step.fields:
        value = typed.get(name, "")
        text = str((value or [""])[-1] if isinstance(value, list) else value)
        answers[name] = text
    long = {
        name: ("project.unread.not_kept", {"limit": KEPT_CHARACTERS})
        for name, text in answers.items()
        if len(text) > KEPT_CHARACTERS
    }
    if long:
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields=long)
    return answers
