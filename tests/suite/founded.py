"""The demo city as the first start of its command leaves it: founded once for all processes."""

from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Its folder, at rest, to be copied."""
    from tests.browser.demo_city import standing  # noqa: PLC0415 - few tests need a city

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(pytestconfig, "workerinput") else own
    folder = shared / "founded"
    with (shared / "founded.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not folder.exists():
            making = own / "founding"
            making.mkdir()
            with standing(making):
                pass
            making.rename(folder)
    return folder
