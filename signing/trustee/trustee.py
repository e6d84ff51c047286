"""One trustee as its judges see it: its keys, its pins, its memory; and how it raises an alarm.

A judge either puts something signed into the memory's outbox or refuses. Every refusal is said to
the platform and kept, once; it is grave when somebody broke the protocol, and not when something is
only not there yet, or is said in a version that is not spoken here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signing.core.canonical import JsonObject, instant
from signing.core.errors import Refused
from signing.core.hashing import tagged
from signing.rounds import facts
from signing.rounds.ledger_view import RoundView
from signing.sealing.sealed import Terms
from signing.trustee.keys import Own, Pins
from signing.trustee.memory import Memory
from signing.trustee.spoken import SPOKEN

PATIENT = frozenset({"not_yet", "too_early", "checkpoint_ahead", "quorum", "boxes_missing"})
BLAMELESS = PATIENT | {"not_spoken"}


@dataclass(frozen=True)
class Trustee:
    """Who decides, on which keys, pins and memory."""

    own: Own
    pins: Pins
    memory: Memory

    @property
    def seat(self) -> int:
        """Its x in every envelope, from 1."""
        return self.pins.anchors.seat_of(self.own.id)

    def terms_of(self, view: RoundView) -> Terms:
        """Give the terms of a round; refuses other trustees, another k or key than pinned."""
        anchors, terms = self.pins.anchors, view.terms
        if (terms.k, terms.seats) != (anchors.k, anchors.seats):
            said = "{about}: published with other trustees or another k than are pinned here"
            raise Refused("terms", said, about=view.about)
        if view.must(facts.Published).facts.platform_key != anchors.platform.hex():
            said = "{about}: published with another platform key than is pinned here"
            raise Refused("terms", said, about=view.about)
        return terms

    def greeting(self, now: datetime, *, demo: bool, plain: bool = False) -> JsonObject:
        """Give a fresh greeting, later than every one before; `demo`: its clock can be set.

        A `plain` one does not say what is spoken: the first version of the platform refuses more.
        """
        tree = self.memory.ledger.frontier
        speaks = {} if plain else {"speaks": {kind: [*each] for kind, each in SPOKEN.items()}}
        return self.own.signed(
            "hello",
            at=instant(self.memory.greeting_at(now)),
            size=tree.size,
            root=tree.root().hex(),
            demo_clock=demo,
            **speaks,
        )

    def alarm(self, about: str | None, refusal: Refused, now: datetime) -> bool:
        """Keep a refusal and have it told; False when it was told before."""
        subject = tagged("alarm", refusal.code, about or "", str(refusal)).hex()
        if self.memory.said("alarm", subject) is not None:
            return False
        body = self.own.signed(
            "alarm",
            code=refusal.code,
            about=about,
            sentence=str(refusal),
            grave=refusal.code not in BLAMELESS,
            evidence=_texts(refusal.facts.get("evidence", ())),
            at=instant(now),
        )
        self.memory.say("alarm", subject, about, body)
        return True


def _texts(evidence: object) -> list[str]:
    return [str(one) for one in evidence if one] if isinstance(evidence, Sequence) else []
