from tests.factories.town import mother, offices, settings, town

__all__ = ["mother", "offices", "settings", "town"]
