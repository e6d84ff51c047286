"""By lot (随机选取): the pool is all there is to say."""

from market.projects.rules.ways.way import Way
from signing.ways import random

RANDOM = Way(rules=random.RANDOM)
