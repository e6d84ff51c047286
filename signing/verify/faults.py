"""What does not hold, and where: the outcome of one numbered check (PROTOCOL.md §8).

A fault names the file or entry, a stable code and a sentence. Nothing is decided here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from signing.core.errors import Refused

# What reading a value of an unexpected form raises where no shape was asked for before.
MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ValueError,
    RecursionError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold."""

    place: str
    code: str
    sentence: str


@dataclass
class Verdict:
    """One check: its number and names, its faults, remarks that are no faults."""

    number: int
    name: str
    name_zh: str
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """True without any fault."""
        return not self.faults

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Turn a refusal inside the block into a fault at `place`; the rest goes on."""
        try:
            yield
        except Refused as refusal:
            self.faults.append(Fault(place, refusal.code, str(refusal)))
        except MALFORMED as error:
            said = f"not of the form it must have: {error!r}"
            self.faults.append(Fault(place, "malformed", said))

    def must(self, holds: object, place: str, code: str, sentence: str) -> None:
        """Note a fault unless `holds`."""
        if not holds:
            self.faults.append(Fault(place, code, sentence))

    def remark(self, sentence: str) -> None:
        """Say something that is no fault."""
        self.remarks.append(sentence)
