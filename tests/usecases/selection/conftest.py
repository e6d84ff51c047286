from tests.factories.town import offices, settings, town

__all__ = ["offices", "settings", "town"]
