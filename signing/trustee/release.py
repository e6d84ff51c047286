"""When shares are given: the signed release and what goes with it (PROTOCOL.md §4).

The way of the round says what is released on which ground (`signing.ways.releases`); `grounds` see
whether it stands, under a freeze that holds (`frozen`). What was released once is sent again as it
was; a share whose box was bad is not in it, and whether the envelope opens without it is the same
for everybody.
"""

from collections.abc import Iterable
from datetime import datetime

from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.sealing.sealed import Envelope
from signing.trustee import wire
from signing.trustee.boxes import share_of
from signing.trustee.frozen import Frozen, judged
from signing.trustee.grounds import GROUNDS, known
from signing.trustee.trustee import Trustee
from signing.trustee.work import Evidence
from signing.ways.registry import releases_of


def release(trustee: Trustee, evidence: Evidence, now: datetime) -> int:
    """Release what the evidence allows; give how many envelopes it is about."""
    frozen = judged(trustee, evidence, now)
    about, kind, memory = evidence.about, evidence.what, trustee.memory
    releases = {one.kind: one for one in releases_of(frozen.view.published)}
    if kind not in releases:
        raise Refused("no_identity", "{about}: nothing to release", about=about)
    asked = releases[kind]
    grounds = GROUNDS[asked.ground](trustee, frozen, evidence)
    envelopes = [
        known(trustee, name, "draw_secret" if name in grounds.secrets else kind)
        for name in asked.envelopes(grounds)
    ]
    with memory.together():
        memory.keep_freeze(about, frozen.entry.index, evidence.freeze)
        if asked.at_once:
            _give(trustee, f"{about} {kind}", frozen, kind, envelopes, now)
        else:
            for one in envelopes:
                _give(trustee, f"{about} {kind} {one.sha256}", frozen, kind, [one], now)
    return len(envelopes)


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
