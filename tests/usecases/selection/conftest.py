import pytest

from tests.factories.milestones import settings
from tests.factories.points import Choice, every, one_of_each

__all__ = ["settings"]


@pytest.fixture
def choose(*, whole: bool) -> Choice:
    """At which points of a flow its process dies."""
    return every if whole else one_of_each
