"""What a release may rest on, and how a trustee comes to know that it stands (PROTOCOL.md §4).

By the act in the ledger; a way that releases on another one adds its function here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from signing.core.errors import Refused
from signing.core.facts import Facts
from signing.draw.contributions import role_of
from signing.sealing.sealed import Envelope
from signing.trustee.decision import taken
from signing.trustee.frozen import Frozen
from signing.trustee.trustee import Trustee
from signing.trustee.work import Evidence
from signing.ways.releases import APPLICATION, IDENTITY, Grounds

Ground: TypeAlias = Callable[[Trustee, Frozen, Evidence], Grounds]


def at_the_hour(trustee: Trustee, frozen: Frozen, _evidence: Evidence) -> Grounds:
    """Give what a freeze that holds says by itself."""
    return Grounds(frozen.accepted, _draw_secrets(trustee, frozen))


def once_decided(trustee: Trustee, frozen: Frozen, evidence: Evidence) -> Grounds:
    """Give also who was taken; refuses a decision that does not follow from what was opened."""
    hour = at_the_hour(trustee, frozen, evidence)
    return replace(hour, taken=taken(trustee, frozen, hour, evidence))


GROUNDS: Final[Mapping[type[Facts], Ground]] = {
    APPLICATION.ground: at_the_hour,
    IDENTITY.ground: once_decided,
}


def known(trustee: Trustee, sha256: str, kind: str) -> Envelope:
    """Give an envelope of this kind that this trustee was shown."""
    envelope = trustee.memory.envelope(sha256)
    if envelope is None:
        raise Refused("boxes_missing", "envelope {sha256} was not shown yet", sha256=sha256)
    if envelope.kind != kind:
        said = "envelope {sha256} is no {kind}: it would be opened for something else"
        raise Refused("envelope_kind", said, sha256=sha256, kind=kind)
    return envelope


def _draw_secrets(trustee: Trustee, frozen: Frozen) -> list[str]:
    """Give the draw secret of every contributor, in the order of the rules.

    Each was promised in the ledger before the freeze; a trustee's is under its own key.
    """
    promised, found = frozen.view.contributions, []
    own_keys = {role_of(one.id): one.ed25519 for one in trustee.pins.anchors.trustees}
    for role in frozen.view.rules["contributors"]:
        entry = promised.get(role)
        if entry is None or entry.index > frozen.entry.index:
            raise Refused("contributors", "{role} promised no secret before the freeze", role=role)
        envelope = known(trustee, entry.facts.envelope, "draw_secret")
        if envelope.author != own_keys.get(role, envelope.author):
            raise Refused("contributors", "the secret of {role} is not under its key", role=role)
        found.append(envelope.sha256)
    return found
