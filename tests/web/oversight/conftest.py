from tests.factories.milestones import settings
from tests.factories.overseen import audited, audited_early, case, twice

__all__ = ["audited", "audited_early", "case", "settings", "twice"]
