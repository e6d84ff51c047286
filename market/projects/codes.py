"""Project codes such as ``DZ-2026-000318``: region prefix, the city's year, running number."""

import re

from market.kernel.errors import not_found

_SHAPE = re.compile(r"[A-Z]{1,8}-[0-9]{4}-[0-9]{6,9}")


def series(prefix: str, year: int) -> str:
    """What the running number counts within."""
    return f"{prefix}-{year}"


def code(of_series: str, number: int) -> str:
    """The code of the ``number``-th project of a series."""
    return f"{of_series}-{number:06d}"


def must_be_code(text: str) -> str:
    """``text`` when it can be a project's code; raises NOT_FOUND, as for a code that nobody has."""
    if not _SHAPE.fullmatch(text):
        raise not_found("project")
    return text
