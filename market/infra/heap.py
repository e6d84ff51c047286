"""Memory that a flood took goes back to the system when the flood is over.

glibc learns from the largest block that was ever freed to keep all smaller ones for later: after
the first password, half-sent bodies and hashes stay in the process for good. Told a bound it learns
nothing (mallopt(3)); ``BLOCK`` is what a read from a socket takes. Other C libraries need no word.
"""

import ctypes
from typing import Final

BLOCK: Final = 64 * 1024
_TRIM_THRESHOLD: Final = -1
_TOP_PAD: Final = -2
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8


def give_back() -> None:
    """Let every free block of ``BLOCK`` bytes or more go; at the start, before threads."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        tell(_MMAP_THRESHOLD, BLOCK)
        tell(_TRIM_THRESHOLD, 2 * BLOCK)
        tell(_TOP_PAD, BLOCK // 2)  # else the spare room at the end takes every second block
        tell(_ARENA_MAX, 2)
