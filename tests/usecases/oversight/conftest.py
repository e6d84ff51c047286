from pathlib import Path

import pytest

from tests.factories.openings import Case, breached
from tests.factories.town import Town, offices, settings, town

__all__ = ["case", "offices", "settings", "town"]


@pytest.fixture
async def case(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    return await breached(town, tmp_path, monkeypatch)
