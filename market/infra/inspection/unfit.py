"""Why a file is not taken: the key of the sentence that says what to do about it."""

from typing import Any


class UnfitError(Exception):
    """A file that is not taken; ``facts`` fill the sentence ``key``."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts
