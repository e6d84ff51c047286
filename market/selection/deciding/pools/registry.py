"""The pools of this city, held equal to ``signing.ways.pools`` by a test."""

from collections.abc import Mapping
from typing import Final

from market.selection.deciding.pools.applicants import APPLICANTS
from market.selection.deciding.pools.pool import PoolSteps
from market.selection.deciding.pools.qualified import QUALIFIED

POOLS: Final[Mapping[str, PoolSteps]] = {"applicants": APPLICANTS, "qualified": QUALIFIED}
