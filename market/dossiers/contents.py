"""What goes into a dossier now: entries under one checkpoint, and the documents that they name."""

from dataclasses import dataclass
from importlib.metadata import version

from market.audit.models import LedgerEntry
from market.audit.publish import latest
from market.kernel.errors import not_found
from market.projects.events import about as project_about
from market.selection.dossier import blind_entries, rounds_of
from signing.dossier.writer import Cover
from signing.log import checkpoint, note
from signing.rounds import facts
from signing.rounds.ledger_view import Entry, RoundView, read_entry, view
from signing.ways.registry import OWN

SOFTWARE = f"mingxuan {version('mingxuan')}"


@dataclass(frozen=True)
class Contents:
    """What goes into one dossier."""

    project: str
    size: int
    note: str
    entries: list[Entry]
    blind: list[int]
    rounds: list[RoundView]

    @property
    def abouts(self) -> list[str]:
        """What the dossier is about: the project, then its rounds."""
        return [project_about(self.project), *(one.about for one in self.rounds)]

    @property
    def indexes(self) -> list[int]:
        """Every entry of the dossier, blind ones included."""
        return sorted({*(entry.index for entry in self.entries), *self.blind})

    @property
    def cover(self) -> Cover:
        """The manifest but its files."""
        last = {entry.about: entry.index for entry in self.entries}
        origin = checkpoint.read_text(note.parse(self.note).text).origin
        return Cover(origin, self.size, sorted(last.items()), SOFTWARE)


async def contents(project: str) -> Contents:
    """What the dossier holds now; NOT_FOUND until the newest round is decided or has failed."""
    names, witnessed = await rounds_of(project), await latest(witnessed=True)
    if witnessed is None:
        raise not_found("dossier")
    rows = (
        await LedgerEntry.filter(
            about__in=[project_about(project), *names], index__lt=witnessed.size
        )
        .order_by("index")
        .values_list("index", "data")
    )
    entries = [read_entry(int(index), bytes(data), OWN) for index, data in rows]
    views = [view(name, entries) for name in names]
    newest = views[-1]
    if newest.first(facts.Decided) is None and newest.first(facts.Failed) is None:
        raise not_found("dossier")
    blind = await blind_entries(views)
    return Contents(project, witnessed.size, witnessed.note, entries, blind, views)
