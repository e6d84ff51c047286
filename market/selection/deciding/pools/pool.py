"""What freezing and deciding ask of a pool; each pool answers in a module of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from market.kernel.call import Call, Tools
from market.selection.deciding.opening import Contents
from market.selection.models import Round
from market.selection.rules import Moved
from signing.core.canonical import JsonObject
from signing.rounds.facts import Agency
from signing.rounds.intake import Rows
from signing.ways.applications import Judged


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze document, the roots that its entry names, how many it holds, the snapshot's hash."""

    data: bytes
    root: str
    standing_root: str | None
    count: int
    snapshot_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Who was chosen, with the salt of its commitment; the rest where agencies applied."""

    agency: Agency
    agency_salt: str
    identity: str | None = None
    standing: JsonObject | None = None
    price_fen: int | None = None


@dataclass(frozen=True, slots=True)
class FallsAway:
    """Why who was chosen cannot stay: on what evidence, and more facts for whoever checks that."""

    cause: Moved
    evidence: str
    proof: Mapping[str, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PoolSteps:
    """How a pool is frozen, judged, shown and named.

    ``freeze`` fixes who counts, ``accepted`` are the rows of applications in what was frozen,
    ``judge`` gives who can be drawn from what was opened, ``shown`` are facts that the decision
    publishes beside the draw, ``identify`` says who stands behind the record that was chosen: None
    while shares of it are missing.
    """

    freeze: Callable[[Call, Round, Rows], Awaitable[Frozen]]
    accepted: Callable[[Round], Awaitable[Sequence[JsonObject]]]
    judge: Callable[[Call, Round, Contents], Awaitable[Judged]]
    shown: Callable[[Tools, Round], dict[str, str]]
    identify: Callable[[Call, Round, JsonObject], Awaitable[Named | FallsAway | None]]
