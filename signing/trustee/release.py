"""When shares are given: the signed release and what goes with it (PROTOCOL.md §4).

Applications and draw secrets after the hour and under a freeze that holds (`frozen`), identities
only of those taken (`decision`). What was released once is sent again as it was; a share whose box
was bad is not in it, and whether the envelope opens without it is the same for everybody.
"""

from collections.abc import Iterable
from datetime import datetime

from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.draw.contributions import role_of
from signing.sealing.sealed import Envelope
from signing.trustee import wire
from signing.trustee.boxes import share_of
from signing.trustee.decision import identities_taken
from signing.trustee.frozen import Frozen, judged
from signing.trustee.trustee import Trustee
from signing.trustee.work import Evidence


def release(trustee: Trustee, evidence: Evidence, now: datetime) -> int:
    """Release what the evidence allows; give how many envelopes it is about."""
    frozen = judged(trustee, evidence, now)
    about, memory = evidence.about, trustee.memory
    if evidence.what == "application":
        hashes = [row["application"] for row in frozen.accepted]
        secrets = draw_secrets(trustee, frozen)
        envelopes = [*(_known(trustee, one, "application") for one in hashes), *secrets]
        with memory.together():
            memory.keep_freeze(about, frozen.entry.index, evidence.freeze)
            _give(trustee, f"{about} application", frozen, "application", envelopes, now)
        return len(envelopes)
    taken = identities_taken(trustee, frozen, draw_secrets(trustee, frozen), evidence)
    with memory.together():
        memory.keep_freeze(about, frozen.entry.index, evidence.freeze)
        for one in taken:
            envelope = _known(trustee, one, "identity")
            _give(trustee, f"{about} identity {one}", frozen, "identity", [envelope], now)
    return len(taken)


def draw_secrets(trustee: Trustee, frozen: Frozen) -> list[Envelope]:
    """Give the draw secret of every contributor, in the order of the rules.

    Each was promised in the ledger before the freeze; a trustee's is under its own key.
    """
    promised, found = frozen.view.contributions, []
    own_keys = {role_of(one.id): one.ed25519 for one in trustee.pins.anchors.trustees}
    for role in frozen.view.rules["contributors"]:
        entry = promised.get(role)
        if entry is None or entry.index > frozen.entry.index:
            raise Refused("contributors", "{role} promised no secret before the freeze", role=role)
        envelope = _known(trustee, entry.facts.envelope, "draw_secret")
        if envelope.author != own_keys.get(role, envelope.author):
            raise Refused("contributors", "the secret of {role} is not under its key", role=role)
        found.append(envelope)
    return found


def _known(trustee: Trustee, sha256: str, kind: str) -> Envelope:
    envelope = trustee.memory.envelope(sha256)
    if envelope is None:
        raise Refused("boxes_missing", "envelope {sha256} was not shown yet", sha256=sha256)
    if envelope.kind != kind:
        said = "envelope {sha256} is no {kind}: it would be opened for something else"
        raise Refused("envelope_kind", said, sha256=sha256, kind=kind)
    return envelope


def _give(
    trustee: Trustee,
    subject: str,
    frozen: Frozen,
    what: str,
    envelopes: Iterable[Envelope],
    now: datetime,
) -> None:
    memory, own, at = trustee.memory, trustee.own, instant(now)
    if memory.said("shares", subject) is None:
        opened = {one.sha256: share_of(trustee, one) for one in envelopes}
        given = {one: share for one, share in opened.items() if share is not None}
        about = frozen.view.about
        body = wire.release(
            own,
            about=about,
            what=what,
            at=at,
            envelopes=sorted(given),
            freeze_index=frozen.entry.index,
            tree_size=frozen.checkpoint.size,
        )
        memory.say("shares", subject, about, wire.shares(own, body, given, at))
    memory.again("shares", subject)
