from tests.factories.settled import settings, town

__all__ = ["settings", "town"]
