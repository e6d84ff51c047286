"""Publishing a need: its terms and rules, and the owner's sealed part of the seed."""

from market.audit import ledger
from market.documents.signatures import Signature
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.projects import steps as projects
from market.selection.artifacts import keep_paper
from market.selection.forms import OwnContribution
from market.selection.models import Envelope, Round
from market.selection.publishing.owner_signature import must_be_signed
from market.selection.publishing.project_need import Need, need_bytes, need_of
from market.selection.publishing.publication import Publication, prepare
from market.selection.round_secrets import make_key
from market.selection.states import State
from market.selection.steps import contribute, tell
from signing.core.canonical import unhex
from signing.draw.rules import draw_id
from signing.rounds.facts import Published
from signing.sealing import sealed


@use_case
async def publish(
    call: Call, project: str, form: OwnContribution, signature: Signature | None = None
) -> None:
    """Publish a need: its terms and rules, and the owner's sealed part of the seed, in one unit.

    Raises as ``must_be_signed`` does for a signature that is missing or over something else.
    """
    await projects.locked(project)
    need = await need_of(project, call.actor, call.now)
    must(need.why_not_publish)
    await projects.published(call, project, need.deadline_at)
    publication = await prepare(call.tools, need, call.now)
    if form.draw_id != draw_id(publication.rules).hex():  # a trustee came or went meanwhile
        raise MarketError("selection.rules_changed", Kind.CONFLICT)
    envelope = sealed.read(form.envelope.encode())
    sealed.must_fit(envelope, publication.terms)
    if (envelope.kind, envelope.seq) != ("draw_secret", need.attempt):
        raise MarketError("selection.wrong_contribution", Kind.UNPROCESSABLE)
    unhex(form.commit, 32)
    if await Envelope.exists(author=envelope.author):
        raise MarketError("selection.key_seen", Kind.CONFLICT)
    facts = await must_be_signed(call, need, publication, signature)
    round_ = await _entered(call, need, publication, facts)
    await keep_paper(round_, "need", await need_bytes(project))
    if signature is not None:
        await keep_paper(round_, "publication", signature.data)
        await keep_paper(round_, "publication_cms", signature.cms)
    await contribute(call, round_, "owner", form.commit, envelope)
    make_key(call, round_.about)
    await tell(call, round_)


async def _entered(call: Call, need: Need, publication: Publication, facts: Published) -> Round:
    mark = await ledger.record(call, facts, about=publication.about)
    return await Round.create(
        about=publication.about,
        project=need.code,
        attempt=need.attempt,
        way=need.way,
        pool=need.pool,
        state=State.PUBLISHED,
        owner=need.owner,
        item=need.item,
        region=need.region,
        control_price_fen=facts.control_price_fen,
        terms=facts.written(),
        published_at=call.now,
        opens_at=need.deadline_at,
        deadline_at=need.deadline_at,
        act_id=mark.token,
    )
