"""What a project adds to its dossier: why each further attempt was let begin."""

from collections.abc import AsyncIterator
from typing import Final

from market.kernel.call import Tools
from market.kernel.section import File, Section, Told
from market.projects import queries
from market.projects.events import round_about
from signing.dossier import layout
from signing.rounds.facts import Retried


async def redone(_tools: Tools, told: Told, _about: str) -> AsyncIterator[File]:
    """The statement of each redo, signed by the owner and maybe a regulator."""
    for entry in told.entries:
        if entry.tag != Retried.tag:
            continue
        retried = Retried.heard(entry.facts)
        failed = round_about(told.project, retried.attempt - 1)
        said, owner, regulator = await queries.redo_signatures(retried.statement)
        files = {".json": said, ".p7s": owner, "-regulator.p7s": regulator}
        for ending, data in files.items():
            if data is not None:
                yield layout.of_paper("statements", failed, "redo", ending), data


SECTIONS: Final = (Section("project", redone),)
