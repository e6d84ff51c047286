"""Whose rounds and projects somebody oversees."""

from market.accounts.regions import places
from market.kernel.actors import Actor
from market.oversight import policy


def regions_of(actor: Actor) -> list[str]:
    """The divisions that ``actor`` oversees, the city first; none for whoever is no overseer."""
    return [place.code for place in places() if policy.oversees(actor, place.code)]
