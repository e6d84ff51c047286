"""The scribe: signs the story's papers in a process beside the founding, on the second processor.

What takes the time is loading the PDF library; it is loaded while the city is still being founded.
The papers, their seals and their ledger entries are those of the city's own job.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection

from market.city import make_tools, open_database
from market.documents.jobs import sign_ordered
from market.documents.models import PaperState, SignedPaper
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.settings import Settings


class Scribe:
    """The founding's end of the line."""

    def __init__(self, line: "Connection[datetime | None, bool]") -> None:
        self._line = line

    async def sign(self, call: Call) -> None:
        """Have every paper signed that is ordered by now, as of the hour of ``call``."""
        if await SignedPaper.exists(state=PaperState.ORDERED):
            self._line.send(call.now)
            self._line.recv()


@contextmanager
def beside(settings: Settings) -> Iterator[Scribe]:
    """A scribe for as long as the block runs."""
    context = get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_work, args=(settings, its))
    process.start()
    its.close()
    try:
        yield Scribe(ours)
        ours.send(None)
    finally:
        ours.close()
        process.join()


def _work(settings: Settings, line: "Connection[bool, datetime | None]") -> None:
    for module in ("signing.pdf", "fontTools.subset"):
        import_module(module)
    try:
        first = line.recv()
        if first is not None:
            asyncio.run(_sign(settings, line, first))
    except EOFError:
        pass  # the founding was cut off


async def _sign(
    settings: Settings, line: "Connection[bool, datetime | None]", first: datetime
) -> None:
    at: datetime | None = first
    tools = make_tools(settings, lambda: at or first)
    async with open_database(settings):
        while at is not None:
            await sign_ordered(Call(THE_CLOCK, at, tools))
            line.send(True)
            at = line.recv()
