"""What the notice of selection (中选通知书) says: canonical data, from which the paper is set."""

from market.accounts.queries import organisation
from market.kernel.call import Call
from market.projects import queries as projects
from market.selection.deciding.inputs import newest_time
from market.selection.events import Tag
from market.selection.models import Round
from signing.core.canonical import JsonObject, instant


async def notice_of(call: Call, found: Round) -> JsonObject:
    """The statement behind the notice of a round whose publicity has ended without objection.

    Decision and reveal have the ledger's times, which everybody checks it against.
    """
    need = await projects.need(found.project)
    winner = await organisation(found.winner or "")
    return {
        "v": 1,
        "kind": "selection_notice",
        "about": found.about,
        "project": found.project,
        "title": need["title"],
        "owner": need["owner"]["name"],
        "region": found.region,
        "item": found.item,
        "way": found.way,
        "pool": found.pool,
        "agency": {"code": winner.code, "name": winner.name, "credit_code": winner.credit_code},
        "price_fen": found.winner_price_fen,
        "control_price_fen": need["control_price_fen"],
        "service_days": need["service_days"],
        "applicants": found.count,
        "transcript_sha256": found.transcript_sha256,
        "decided_at": await newest_time(found.about, Tag.DECIDED),
        "published_from_at": await newest_time(found.about, Tag.REVEALED),
        "published_until_at": instant(found.publicity_until or call.now),
        "issued_at": instant(call.now),
    }
