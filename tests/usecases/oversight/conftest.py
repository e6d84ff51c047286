from tests.factories.overseen import audited, audited_early, case, twice
from tests.factories.settled import settings, town

__all__ = ["audited", "audited_early", "case", "settings", "town", "twice"]
