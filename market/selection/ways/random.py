"""By lot (随机选取): there is a draw, and nothing to compare."""

from market.selection.ways.way import Way
from signing.ways import random

RANDOM = Way(rules=random.RANDOM, parts={}, flag=None)
