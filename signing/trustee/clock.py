"""The trustee's own clock: nobody else's time decides when it gives a share (PROTOCOL.md §4).

A demo city puts its clock forward so that days pass in a click; its trustees then read from a file
how many seconds they are ahead. Nothing but the demo may use that, and the command says so aloud.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def machine_clock() -> datetime:
    """Give the machine's instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - a trustee's clock is its own, not the platform's


def demo_clock(ahead: Path) -> Clock:
    """Give a clock that is as many seconds ahead as the file says; a missing file says none."""

    def clock() -> datetime:
        try:
            seconds = float(ahead.read_text(encoding="ascii"))
            return machine_clock() + timedelta(seconds=seconds)
        except (OSError, ValueError, OverflowError):
            return machine_clock()

    return clock
