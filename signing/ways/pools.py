"""Who can be chosen at all: those who applied, or everybody who qualifies (PROTOCOL.md §6.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.rounds import freeze


@dataclass(frozen=True, slots=True)
class Pool:
    """One kind of pool. `applied_for`: agencies seal applications, whose identities stay shut."""

    name: str
    applied_for: bool
    read_freeze: Callable[[bytes, str, tuple[str, ...]], JsonObject]
    roots: Callable[[JsonObject], tuple[str, str | None]]


APPLICANTS: Final = Pool(
    name="applicants",
    applied_for=True,
    read_freeze=freeze.read_applicants,
    roots=lambda body: (body["envelopes_root"], body["standing_root"]),
)
QUALIFIED: Final = Pool(
    name="qualified",
    applied_for=False,
    read_freeze=lambda data, about, _kinds: freeze.read_pool(data, about),
    roots=lambda body: (body["pool_root"], None),
)
POOLS: Final[Mapping[str, Pool]] = {one.name: one for one in (APPLICANTS, QUALIFIED)}
APPLIED_FOR: Final = tuple(one.name for one in POOLS.values() if one.applied_for)


def pool_of(published: JsonObject) -> Pool:
    """Give the pool of a publication's facts; refuses one that this version does not know."""
    found = POOLS.get(published["pool"])
    if found is None:
        raise Refused("pool", "an unknown pool: {pool}", pool=published["pool"])
    return found
