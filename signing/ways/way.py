"""What there is to say about one way of choosing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from signing.core.canonical import JsonObject
from signing.core.facts import Facts
from signing.core.shape import Shape
from signing.draw.moves import Standings
from signing.draw.walk import Walk
from signing.ways.releases import APPLICATION, IDENTITY, Release


class Rank(Protocol):
    """An order of those who were judged, as a document of its own beside the draw."""

    def __call__(self, about: str, seed: bytes, prices: Mapping[bytes, int]) -> bytes:
        """Give the bytes that follow from seed and {leaf: price in fen}."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way, as functions of published facts and opened bytes alone.

    `pools` are those it may choose from, the usual one first. `envelopes` are the kinds that come
    together in an upload, in the order of its blind entry. Opening: `fields` is the shape of what
    an application holds beside its nonce and its admission. Judging: `flaw` gives the code for
    which an opened application cannot be chosen, or None; `price` what the others compare with, in
    fen. Deciding: `rank` writes the order of the valid ones, None where the draw alone decides;
    `start` tells from draw and ranking who is taken and who stands in reserve.
    `facts` are those of acts that only its rounds have; `steps` tells what may follow what in them
    where that is not as in all: {state: {act: state}}, acts without the prefix of their tag.
    `releases` are what trustees give their shares of, in the order in which that may be; `version`
    is that of the items by which a trustee is asked about such a round (§4). `terms` is the shape
    of what it asked of the owner (`way_terms`), None where it asks nothing; `may_be_silent` where
    the owner need not answer.
    """

    name: str
    pools: tuple[str, ...]
    fields: Shape
    flaw: Callable[[JsonObject, JsonObject], str | None]
    price: Callable[[JsonObject], int | None]
    rank: Rank | None
    start: Callable[[Walk, bytes | None], Standings]
    envelopes: tuple[str, ...] = ("application", "identity")
    facts: tuple[type[Facts], ...] = ()
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    releases: tuple[Release, ...] = (APPLICATION, IDENTITY)
    version: int = 1
    terms: Shape | None = None
    may_be_silent: bool = False

    @property
    def priced(self) -> bool:
        """Whether applicants seal a price, under a control price if there is one."""
        return "price_fen" in self.fields
