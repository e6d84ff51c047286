"""A round for programs: terms for the client that seals, proofs for who sent, papers for all."""

import re
from datetime import datetime
from typing import Any

from market.audit.proofs import entry_proof
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.selection import blind
from market.selection.artifacts import paper
from market.selection.deciding.inputs import entry_times
from market.selection.models import BoxReport, Decision, Envelope, Freeze
from market.selection.pages.round_page import round_of
from market.selection.states import State
from signing.core.canonical import instant
from signing.ways.registry import WAYS


async def terms(about: str, now: datetime) -> dict[str, Any]:
    """The terms that an envelope must fit, for the client that seals."""
    round_ = await round_of(about)
    facts = round_.terms
    return {
        "v": 1,
        "about": about,
        "way": round_.way,
        "pool": round_.pool,
        "state": str(round_.state),
        "k": facts["k"],
        "trustees": facts["trustees"],
        "opens_at": facts["opens_at"],
        "deadline_at": instant(round_.deadline_at),
        "accepting": round_.state is State.ACCEPTING and now < round_.deadline_at,
        "control_price_fen": round_.control_price_fen,
        "sizes": facts["sizes"],
        "rules": facts["rules"],
        "platform_key": facts["platform_key"],
        "now_at": instant(now),
    } | {name: facts[name] for name in ("way_terms",) if name in facts}


async def envelope_state(call: Call, about: str, sha256: str) -> dict[str, Any]:
    """Box reports, entry and proof of one envelope, for whoever knows its hash."""
    named = re.fullmatch(r"[0-9a-f]{64}", sha256)
    envelope = await Envelope.get_or_none(sha256=sha256, round_id=about) if named else None
    if envelope is None or envelope.kind not in WAYS[(await round_of(about)).way].envelopes:
        raise not_found("envelope")
    reports = await BoxReport.filter(envelope_id=sha256).order_by("trustee")
    index = (await entry_times([envelope.act_id]))[envelope.act_id][0]
    proof = await entry_proof(call.tools, index)
    return {
        "envelope": sha256,
        "index": index,
        "reports": [{"trustee": r.trustee, "ok": r.ok} for r in reports],
        "entry": proof.entry.decode(),
        "checkpoint": proof.note or None,
        "proof": proof.path if proof.note else None,
        "witnessed": proof.witnessed,
    }


async def public_paper(about: str, name: str, role: Role) -> bytes:
    """Freeze, transcript or ranking, once ``role`` may see it; NOT_FOUND before."""
    round_ = await round_of(about)
    if "draw" not in blind.visible(role, round_.state, round_.way):
        raise not_found("paper")
    freeze, decision = await Freeze.get(round_id=about), await Decision.get(round_id=about)
    digests = {
        "freeze": freeze.sha256,
        "transcript": decision.transcript_sha256,
        "ranking": decision.ranking_sha256,
    }
    return await paper(digests[name])
