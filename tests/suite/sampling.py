"""``--whole``: every point, look and case, where otherwise one of each kind will do."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch."""
    parser.addoption("--whole", action="store_true", help="every point, look and case, no samples")


@pytest.fixture(scope="session")
def whole(pytestconfig: pytest.Config) -> bool:
    """Whether this run takes no samples."""
    return bool(pytestconfig.getoption("--whole"))
