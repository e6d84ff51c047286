"""What the platform asks of one trustee: the work list that answers its greeting. Reads only.

Nothing is asked of a trustee that it could only refuse: its alarms are for what is wrong.
"""

from typing import Any

from market.audit.models import LedgerEntry
from market.audit.publish import latest, witnessed_note
from market.kernel.call import Call
from market.selection.artifacts import paper
from market.selection.deciding import inputs
from market.selection.deciding.released import due_at_the_hour, now_due, released_in
from market.selection.events import Tag
from market.selection.machine import ON_TRUSTEES
from market.selection.models import (
    BlindAudit,
    Contribution,
    Decision,
    Freeze,
    OpeningOrder,
    Release,
    Round,
    SealedShare,
)
from market.selection.states import State
from market.selection.trustees.boxes import unseen
from signing.log import note
from signing.trustee import wire, work
from signing.ways import releases
from signing.ways.registry import WAYS

MOST_BOXES = 32
MOST_RELEASES = 2
MOST_ORDERS = 8
MOST_AUDITS = 4


async def work_for(call: Call, hello: wire.Hello) -> work.Work:
    """Everything that is open for this trustee, in pages."""
    name = call.tools.anchors.fellow(hello.trustee).name
    newest = await latest()
    wanted = newest is not None and (
        newest.size > hello.size
        or name not in {line.name for line in note.parse(newest.note).lines}
    )
    size = newest.size if newest else 0
    rounds = await _told(size)
    boxes = await unseen(hello.trustee, size, MOST_BOXES)
    return work.Work(
        checkpoint=newest.note if newest and wanted else None,
        contribute=tuple(await _contribute(hello.trustee, rounds)),
        boxes=tuple(boxes),
        releases=() if len(boxes) >= MOST_BOXES else tuple(await _releases(hello.trustee, rounds)),
        orders=tuple(await _orders(hello.trustee)),
        audits=tuple(await _audits(hello.trustee)),
    )


async def _told(size: int) -> list[Round]:
    """The rounds in which a trustee can act whose publication lies in the newest tree.

    Of others no trustee can know.
    """
    rounds = await Round.filter(state__in=ON_TRUSTEES).order_by("deadline_at", "about")
    published = LedgerEntry.filter(tag=Tag.PUBLISHED, index__lt=size)
    names = published.filter(about__in=[row.about for row in rounds]).values_list(
        "about", flat=True
    )
    known = {str(about) for about in await names}
    return [row for row in rounds if row.about in known]


async def _contribute(trustee: str, rounds: list[Round]) -> list[str]:
    role = f"trustee:{trustee}"
    asked = [
        r.about
        for r in rounds
        if r.state is State.PUBLISHED and role in r.terms["rules"]["contributors"]
    ]
    if not asked:
        return []
    done = await Contribution.filter(round_id__in=asked, role=role).values_list(
        "round_id", flat=True
    )
    known = {str(about) for about in done}
    return [about for about in asked if about not in known]


async def _releases(trustee: str, rounds: list[Round]) -> list[work.Evidence]:
    due = [(row, release) for row in rounds if (release := released_in(row))]
    if not due:
        return []
    given = await _given(trustee, [row.about for row, _ in due])
    alone = [row.about for row, release in due if not release.at_once]
    wanted = await now_due(await Decision.filter(round_id__in=alone))
    found: list[work.Evidence] = []
    for row, release in due:
        if len(found) == MOST_RELEASES:
            break
        said = given.get((row.about, release.kind))
        if said is None or not said.issuperset(wanted.get(row.about, ())):
            found += await _evidence(row, release, await inputs.last_index(row))
    return found


async def _given(trustee: str, abouts: list[str]) -> dict[tuple[str, str], set[str]]:
    """(round, kind) → the envelopes of which this trustee has released its shares."""
    given: dict[tuple[str, str], set[str]] = {}
    for row in await Release.filter(trustee=trustee, round_id__in=abouts):
        given.setdefault((row.round_id, row.kind), set()).update(row.body["envelopes"])
    return given


async def _evidence(row: Round, release: releases.Release, above: int) -> list[work.Evidence]:
    """The grounds for a release, once the quorum has seen the entry that they rest on."""
    witnessed = await witnessed_note(above)
    if witnessed is None:
        return []
    gone = [one.body for one in await inputs.withdrawals(row)]
    freeze = await Freeze.get(round_id=row.about)
    return [
        work.Evidence(
            row.about,
            release.kind,
            await paper(freeze.sha256),
            witnessed,
            tuple(await inputs.reports(row)),
            tuple(gone),
            None if release.is_blind else await _opened(row),
            WAYS[row.way].version,
        )
    ]


async def _opened(row: Round) -> tuple[work.Opened, ...]:
    due = await due_at_the_hour(row)
    shares = await inputs.shares_of(due)
    return tuple(work.Opened(sha, shares[sha]) for sha in sorted(due))


async def _orders(trustee: str) -> list[work.Order]:
    """The opening orders that wait for this trustee's share, whatever became of their rounds."""
    waiting = await OpeningOrder.filter(opened_at=None).order_by("ordered_at")
    if not waiting:
        return []
    said: list[Any] = await Release.filter(
        trustee=trustee, kind="escrow", round_id__in=[one.round_id for one in waiting]
    ).values_list("body", flat=True)
    given = {sha for body in said for sha in body["envelopes"]}
    asked = [one for one in waiting if one.envelope_id not in given][:MOST_ORDERS]
    held = await inputs.envelopes_of([one.envelope_id for one in asked])
    return [work.Order(one.body, held[one.envelope_id].data) for one in asked]


async def _audits(trustee: str) -> list[work.Audit]:
    """The audits that wait for this trustee's shares, with the grounds for giving them."""
    waiting = await BlindAudit.filter(finding=None).order_by("ordered_at")
    if not waiting:
        return []
    given = SealedShare.filter(trustee=trustee, round_id__in=[one.round_id for one in waiting])
    done = {str(about) for about in await given.values_list("round_id", flat=True)}
    found: list[work.Audit] = []
    for one in [row for row in waiting if row.round_id not in done][:MOST_AUDITS]:
        row = await Round.get(about=one.round_id)
        index = (await inputs.entry_times([one.act_id]))[one.act_id][0]
        evidence = await _evidence(row, releases.IDENTITY, index)
        found += [work.Audit(one.body, each) for each in evidence]
    return found
