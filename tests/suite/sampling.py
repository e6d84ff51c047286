"""What a run may do more of: ``--whole`` takes no samples, ``--pictures`` keeps what it saw."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Both switches."""
    parser.addoption("--whole", action="store_true", help="every point, look and case, no samples")
    parser.addoption("--pictures", action="store_true", help="pictures of pages in tests/output")


@pytest.fixture(scope="session")
def whole(pytestconfig: pytest.Config) -> bool:
    """Whether this run takes no samples."""
    return bool(pytestconfig.getoption("--whole"))
