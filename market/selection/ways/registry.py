"""The ways of this city; a new one is a module beside these and one word here.

``tests/house`` holds the list equal to ``signing.ways``, to the enumeration of the projects, and to
the folders of templates and scripts.
"""

from collections.abc import Mapping
from typing import Final

from market.selection.ways.price import PRICE
from market.selection.ways.random import RANDOM
from market.selection.ways.way import Way

WAYS: Final[Mapping[str, Way]] = {one.name: one for one in (RANDOM, PRICE)}
