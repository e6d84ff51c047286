"""What trustees give their shares of: kind by kind, on which ground, which envelopes (§4).

One table a way. The trustee gives what stands in it, the platform asks for it and takes no other,
the verifier holds the ledger against it. How a ground is known to stand is theirs to say, each for
itself: nobody believes another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from signing.core.canonical import JsonObject
from signing.core.facts import Facts
from signing.rounds import facts
from signing.rounds.ledger_view import RoundView

ORDERED: Final = ("escrow", "audit")
"""Given in a round of any way on a regulator's order alone, whatever else stands in its table."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known of a round by the act that a release rests on.

    `accepted` are the rows of the freeze, `secrets` the envelopes of the draw secrets, `taken` the
    records of those who were taken, which nobody knows before the decision.
    """

    accepted: Sequence[JsonObject] = ()
    secrets: Sequence[str] = ()
    taken: Sequence[JsonObject] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Shares of one kind of envelope.

    They are given once the quorum has seen the act `ground`, of the envelopes that follow from it;
    k trustees give them before the act `until`. `at_once`: in one message, or each in its own.
    `of_applicants`: only where agencies apply. `named`: {act: fact} by which the ledger names each
    that was looked at; without any, all are opened for `until`.
    """

    kind: str
    ground: type[Facts]
    until: type[Facts]
    envelopes: Callable[[Grounds], list[str]]
    at_once: bool
    of_applicants: bool
    named: Mapping[type[Facts], str] = field(default_factory=dict)

    @property
    def is_blind(self) -> bool:
        """Whether nothing of the round was opened before."""
        return self.ground is APPLICATION.ground

    def opened(self, view: RoundView, envelopes: Iterable[str]) -> set[str]:
        """Give those of the envelopes that the ledger says were opened."""
        if not self.named:
            return set(envelopes) if view.first(self.until) else set()
        acts = ((one, fact) for act, fact in self.named.items() for one in view.all(act))
        names = (one.entry.facts.get(fact) for one, fact in acts)
        return {name for name in names if isinstance(name, str)}.intersection(envelopes)


APPLICATION: Final = Release(
    kind="application",
    ground=facts.Frozen,
    until=facts.Unsealed,
    envelopes=lambda grounds: [*grounds.secrets, *(row["application"] for row in grounds.accepted)],
    at_once=True,
    of_applicants=False,
)
IDENTITY: Final = Release(
    kind="identity",
    ground=facts.Decided,
    until=facts.Revealed,
    envelopes=lambda grounds: [record["identity"] for record in grounds.taken],
    at_once=False,
    of_applicants=True,
    named={facts.Revealed: "identity", facts.Moved: "evidence"},
)
