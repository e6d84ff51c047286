"""How long a file is, as people read it: ``86 KB``, ``1.2 MB``; the same in every language."""

from typing import Final

_UNITS: Final = ("KB", "MB", "GB")


def file_size(count: int) -> str:
    """``count`` bytes in thousands, rounded, never 0 for a file that holds something."""
    amount = max(count, 1) / 1000
    for unit in _UNITS:
        if amount < 999.5 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return (
        f"{amount:.1f} {unit}" if unit != "KB" and amount < 10 else f"{max(amount, 1):.0f} {unit}"
    )
