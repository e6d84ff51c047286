"""Bytes put aside, to be asked for again one by one: in memory while they are few, else in a file.

Only where each begins stays in memory. The file has no name and goes when its owner goes; what the
bytes mean is the owner's business.
"""

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from tempfile import TemporaryFile
from weakref import finalize

IN_MEMORY = 1 << 20  # bytes that wait for the file


class Shelf:
    """Things in the order in which they were put there, from 0."""

    def __init__(self) -> None:
        self._begins = array("Q", [0])
        self._waiting = bytearray()
        self._written = 0
        self._number = -1

    def put(self, things: Sequence[bytes]) -> None:
        """Put some more things there."""
        ends = accumulate(map(len, things), initial=self._begins.pop())
        self._begins.extend(ends)
        self._waiting += b"".join(things)
        if len(self._waiting) > IN_MEMORY:
            self._write()

    def __getitem__(self, place: int) -> bytes:
        return next(self.each((place,)))

    def each(self, places: Iterable[int]) -> Iterator[bytes]:
        """Give the things in these places."""
        begins, waiting, written, number = self._begins, self._waiting, self._written, self._number
        pread = os.pread
        for place in places:
            start, end = begins[place], begins[place + 1]
            if start < written:
                yield pread(number, end - start, start)
            else:
                yield bytes(waiting[start - written : end - written])

    def _write(self) -> None:
        if self._number < 0:
            file = TemporaryFile(buffering=0)  # noqa: SIM115 - lives with the shelf
            finalize(self, file.close)
            self._number = file.fileno()
        rest = memoryview(self._waiting)
        while rest:
            rest = rest[os.write(self._number, rest) :]
        self._written = self._begins[-1]
        self._waiting = bytearray()
