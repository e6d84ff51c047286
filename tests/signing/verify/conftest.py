"""One founded city for all tests of the verifier."""

import pytest

from tests.factories.dossiers import Dossiers, of_a_founded_city


@pytest.fixture(scope="session")
async def dossiers(tmp_path_factory: pytest.TempPathFactory) -> Dossiers:
    return await of_a_founded_city(tmp_path_factory.mktemp("city"))
