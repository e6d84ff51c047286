"""The owner's signature under a publication, where the region asks for one (PROTOCOL.md §7)."""

from dataclasses import dataclass, replace
from datetime import datetime

from market.accounts import queries as accounts
from market.accounts.regions import rules_as
from market.documents import signatures
from market.documents.signatures import Signature
from market.kernel.actors import Actor
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.publishing.project_need import Need, need_of
from market.selection.publishing.publication import Publication, prepare
from market.selection.statements import PUBLICATION
from signing.core.canonical import instant
from signing.core.hashing import sha256
from signing.draw.rules import draw_id
from signing.rounds.facts import Published
from signing.statements.publication import Going


@dataclass(frozen=True, slots=True)
class SignatureRules:
    """Whether an owner publishes under its certificate."""

    publication_signed: bool


def is_asked_for(region: str, now: datetime) -> bool:
    """Whether nothing is published there without a signature."""
    return rules_as(SignatureRules, region, now).publication_signed


async def going_out(actor: Actor, need: Need, publication: Publication) -> Going:
    """What ``actor`` would sign."""
    owner = await accounts.organisation(need.owner)
    return Going(
        about=publication.about,
        need_sha256=need.sha256,
        draw_id=draw_id(publication.rules).hex(),
        opens_at=publication.facts.opens_at,
        owner=owner.name,
        credit_code=owner.credit_code,
        by=actor.ledger_name,
    )


async def statement_to_sign(call: Call, code: str) -> str | None:
    """The bytes that publishing the project takes a signature over; None where it takes none."""
    need = await need_of(code, call.actor, call.now)
    if not is_asked_for(need.region, call.now):
        return None
    going = await going_out(call.actor, need, await prepare(call.tools, need, call.now))
    return going.statement(instant(call.now)).decode()


async def must_be_signed(
    call: Call, need: Need, publication: Publication, signature: Signature | None
) -> Published:
    """What is logged, with the signature over just this. Inside a unit.

    Raises UNPROCESSABLE without a signature that the region asks for, CONFLICT for an old one and
    one over something else, FORBIDDEN for somebody else's certificate.
    """
    if signature is None:
        if is_asked_for(need.region, call.now):
            raise MarketError("selection.publication_unsigned", Kind.UNPROCESSABLE)
        return publication.facts
    said = signatures.read(call, PUBLICATION, publication.about, signature)
    going = await going_out(call.actor, need, publication)
    if going.statement(said["signed_at"]) != signature.data:
        raise MarketError("selection.publication_other", Kind.CONFLICT)
    owner = await signatures.signed_for(call, signature)
    return replace(publication.facts, statement=sha256(signature.data).hex(), owner=owner)
