from pathlib import Path

import pytest

from tests.factories.audits import Audited, over
from tests.factories.openings import Case, breached
from tests.factories.town import Town, mother, offices, settings, town

__all__ = ["case", "mother", "offices", "settings", "town"]


@pytest.fixture
async def case(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    return await breached(town, tmp_path, monkeypatch)


@pytest.fixture
async def audited(town: Town, tmp_path: Path) -> Audited:
    return await over(town, tmp_path)


@pytest.fixture
async def twice(town: Town, tmp_path: Path) -> Audited:
    return await over(town, tmp_path, twice=True)


@pytest.fixture
async def audited_early(town: Town, tmp_path: Path) -> Audited:
    return await over(town, tmp_path, days=0)
