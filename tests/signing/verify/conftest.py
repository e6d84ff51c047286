"""One founded city for all tests of the verifier."""

import shutil
from pathlib import Path

import pytest

from tests.factories.dossiers import Dossiers, of_a_founded_city


@pytest.fixture(scope="session")
async def dossiers(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Dossiers:
    folder = tmp_path_factory.mktemp("city")
    return await of_a_founded_city(shutil.copytree(founded, folder, dirs_exist_ok=True))
