"""Rounds that a regulator has something to do with, as fixtures; their towns are milestones."""

import pytest

from tests.factories.audits import Audited, over
from tests.factories.openings import Case, found
from tests.factories.town import Town


@pytest.fixture
async def case(town: Town) -> Case:
    """A winner whose identity does not bind."""
    return await found(town)


@pytest.fixture
async def audited(town: Town) -> Audited:
    """A round that is over."""
    return await over(town)


@pytest.fixture
async def twice(town: Town) -> Audited:
    """One in which an agency applied under two keys."""
    return await over(town)


@pytest.fixture
async def audited_early(town: Town) -> Audited:
    """One whose public notice is not over."""
    return await over(town)
