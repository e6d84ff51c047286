from tests.factories.milestones import settings

__all__ = ["settings"]
