"""Finds templates and fixtures: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path


def data(name: str) -> Path:
    """The folder ``templates`` or ``fixtures``."""
    package = Path(__file__).parent.parent
    inside = package / "_data" / name
    return inside if inside.is_dir() else package.parent / name
