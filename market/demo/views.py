"""The demo's doors."""
from typing import Any


def demo_bar(request: Any, call: Any, locale: str) -> None:
    """The banner's data."""
