"""Memory that a flood took goes back; a process that was told nothing keeps it."""

import subprocess
import sys
from pathlib import Path

import pytest

FLOOD = """
import sys
from pathlib import Path
from market.infra.heap import BLOCK, give_back
if sys.argv[1] == "told":
    give_back()
def held():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) // 1024
before = held()
largest = b"x" * 20_000_000
del largest
flood = [(b"x" * (BLOCK + n % 9), b"x" * (2_000 + n % 9)) for n in range(1_500)]
small = [kept for _, kept in flood]
during = held()
del flood
print(during - before, held() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell")
def test_what_a_flood_took_goes_back() -> None:
    during, after = taken("told")
    assert during > 80
    assert after < 20
    during, after = taken("told nothing")
    assert after > 80, "the canary"


def taken(how: str) -> tuple[int, int]:
    """MB that a flood takes, and what the process still holds when it is over."""
    command = [sys.executable, "-c", FLOOD, how]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(said[0]), int(said[1])
