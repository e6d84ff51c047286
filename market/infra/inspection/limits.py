"""What a child that opens a stranger's file may use: set by itself, before it reads a byte.

It writes no file, starts no process, leaves no core. RLIMIT_NPROC does not bind root: a city that
runs as root has the other limits only.
"""

import os
import resource
from typing import Final

MEMORY: Final = 1 << 30  # bytes of address space: a picture of 40 million points, three times
PROCESSOR: Final = 40  # seconds
BEHIND: Final = 10  # steps of politeness: whoever waits for a page goes first

_LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: PROCESSOR,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_CORE: 0,
}


def apply() -> None:
    """Bind this process; nothing unbinds it again."""
    os.nice(BEHIND)
    for what, most in _LIMITS.items():
        resource.setrlimit(what, (most, most))
