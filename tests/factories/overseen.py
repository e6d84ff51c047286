"""Rounds that a regulator has something to do with, as fixtures."""

from pathlib import Path

import pytest

from tests.factories.audits import Audited, over
from tests.factories.openings import Case, breached
from tests.factories.town import Town


@pytest.fixture
async def case(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A winner whose identity does not bind."""
    return await breached(town, tmp_path, monkeypatch)


@pytest.fixture
async def audited(town: Town, tmp_path: Path) -> Audited:
    """A round that is over."""
    return await over(town, tmp_path)


@pytest.fixture
async def twice(town: Town, tmp_path: Path) -> Audited:
    """One in which an agency applied under two keys."""
    return await over(town, tmp_path, twice=True)


@pytest.fixture
async def audited_early(town: Town, tmp_path: Path) -> Audited:
    """One whose public notice is not over."""
    return await over(town, tmp_path, days=0)
