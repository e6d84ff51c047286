"""The ways that this version knows; a new one is a module beside these and one word here."""

from collections.abc import Mapping
from typing import Final

from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.core.facts import shape_of
from signing.core.shape import Shape
from signing.ways.pools import pool_of
from signing.ways.price import PRICE
from signing.ways.random import RANDOM
from signing.ways.releases import Release
from signing.ways.way import Way

WAYS: Final[Mapping[str, Way]] = {one.name: one for one in (RANDOM, PRICE)}
# What must stand in the entries that only some ways have, by tag.
OWN: Final[Mapping[str, Shape]] = {
    kind.tag: shape_of(kind) for way in WAYS.values() for kind in way.facts
}
RELEASED: Final = tuple(dict.fromkeys(each.kind for one in WAYS.values() for each in one.releases))


def releases_of(published: JsonObject) -> tuple[Release, ...]:
    """Give what trustees give their shares of in a round, by its publication's facts."""
    applied_for = pool_of(published).applied_for
    found = way_of(published).releases
    return tuple(one for one in found if applied_for or not one.of_applicants)


def way_of(published: JsonObject) -> Way:
    """Give the way of a publication's facts; refuses one that this version does not know."""
    found = WAYS.get(published["way"])
    if found is None:
        raise Refused("way", "an unknown way: {way}", way=published["way"])
    return found
