"""The scribe: signs the story's papers in a process beside the founding, on the second processor.

What takes the time is loading the PDF library; it is loaded while the city is still being founded.
The papers, their seals and their ledger entries are those of the city's own job.
"""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module
from typing import IO

from market.city import make_tools, open_database
from market.documents import kinds, typeset
from market.documents.jobs import ISSUER, sign_ordered
from market.documents.models import PaperState, SignedPaper
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.settings import Settings

DONE = b"."


class Scribe:
    """The founding's end of the line: settings first, then hours, each answered when it is done."""

    def __init__(self, settings: Settings, ear: IO[bytes], mouth: IO[bytes]) -> None:
        self._ear, self._mouth = ear, mouth
        self._say(settings)

    async def sign(self, call: Call) -> None:
        """Have every paper signed that is ordered by now, as of the hour of ``call``."""
        if await SignedPaper.exists(state=PaperState.ORDERED):
            self._say(call.now)
            if self._mouth.read(1) != DONE:
                raise RuntimeError("the scribe has failed; what it said stands above")

    def _say(self, what: Settings | datetime) -> None:
        pickle.dump(what, self._ear)
        self._ear.flush()


@contextmanager
def beside(settings: Settings) -> Iterator[Scribe]:
    """A scribe for as long as the block runs."""
    command = [sys.executable, "-m", "market.demo.scribe"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own module
        assert process.stdin and process.stdout  # noqa: S101, PT018 - asked for above
        yield Scribe(settings, process.stdin, process.stdout)


def _sharpen(settings: Settings) -> None:
    """Load what the first paper would wait for."""
    pades, round_seal = (import_module(f"signing.pdf.{name}") for name in ("pades", "round_seal"))
    issuer = ISSUER.format(city=settings.city)
    round_seal.font_for(issuer, pades.Seal(name=issuer).caption)
    for kind in kinds.kinds().values():
        typeset.ready(kind.template)


async def _work(ear: IO[bytes], mouth: IO[bytes]) -> None:
    settings: Settings = pickle.load(ear)  # noqa: S301 - from the process that started this one
    _sharpen(settings)
    at: datetime = pickle.load(ear)  # noqa: S301 - as above
    tools = make_tools(settings, lambda: at)
    async with open_database(settings):
        while True:
            await sign_ordered(Call(THE_CLOCK, at, tools))
            mouth.write(DONE)
            mouth.flush()
            at = pickle.load(ear)  # noqa: S301 - as above


if __name__ == "__main__":
    with suppress(EOFError):  # the line was closed: there is nothing more to sign
        asyncio.run(_work(sys.stdin.buffer, sys.stdout.buffer))
