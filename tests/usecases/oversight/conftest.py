from tests.factories.overseen import audited, audited_early, case, twice
from tests.factories.town import mother, offices, settings, town

__all__ = ["audited", "audited_early", "case", "mother", "offices", "settings", "town", "twice"]
