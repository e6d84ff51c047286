from pathlib import Path

import pytest

from tests.factories.openings import Case, breached
from tests.factories.town import Town, mother, offices, settings, town

__all__ = ["case", "mother", "offices", "settings", "town"]


@pytest.fixture
async def case(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    return await breached(town, tmp_path, monkeypatch)
