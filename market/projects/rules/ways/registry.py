"""The ways that an owner may choose from; a new one is a module beside these and one word here."""

from collections.abc import Mapping
from typing import Final

from market.projects.rules.ways.price import PRICE
from market.projects.rules.ways.random import RANDOM
from market.projects.rules.ways.way import Way

WAYS: Final[Mapping[str, Way]] = {one.name: one for one in (RANDOM, PRICE)}


def asked(ways: Mapping[str, Way]) -> dict[str, int]:
    """Every control that one of them asks with, and the most characters of each text."""
    return {name: most for way in ways.values() for name, most in way.questions.items()}
