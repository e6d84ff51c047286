"""What goes into a dossier now: entries under one checkpoint, and the documents that they name."""

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from market.audit.models import LedgerEntry
from market.audit.publish import latest
from market.kernel.errors import not_found
from market.projects.events import about as project_about
from market.selection.artifacts import paper
from market.selection.models import Round
from market.selection.states import AFTER_DECISION, State
from signing.core.canonical import JsonObject, loads
from signing.dossier.writer import Cover
from signing.log import checkpoint, note
from signing.rounds.ledger_view import Entry, RoundView, read_entry, view

SOFTWARE = f"mingxuan {version('mingxuan')}"


@dataclass(frozen=True)
class Attempt:
    """One round of the project as its entries tell it, with the documents that they name."""

    view: RoundView
    freeze: JsonObject | None

    @property
    def about(self) -> str:
        """The round's name in the ledger."""
        return self.view.about

    @cached_property
    def rows(self) -> list[JsonObject]:
        """Every row of a freeze of applicants."""
        body = self.freeze or {}
        return [*body.get("accepted", []), *body.get("left_out", [])]

    @property
    def secrets(self) -> list[str]:
        """The envelopes with the contributors' secrets."""
        return [entry.facts["envelope"] for entry in self.view.all("contributed")]

    @cached_property
    def uploads(self) -> list[str]:
        """Both envelopes of every application in the freeze."""
        pairs = (row.get("envelopes") or [row["application"], row["identity"]] for row in self.rows)
        return sorted(one for pair in pairs if len(pair) > 1 for one in pair)

    @property
    def withdrawals(self) -> list[str]:
        """The hashes of the withdrawals in the freeze."""
        rows = [row["envelopes"] for row in self.rows if "envelopes" in row]
        return sorted(row[0] for row in rows if len(row) == 1)

    @property
    def opened(self) -> list[str]:
        """What was opened so far, as the entries say."""
        found: list[str] = []
        if self.view.first("unsealed"):
            accepted = [row["application"] for row in self.rows if "application" in row]
            found += self.secrets + accepted
        known = {row["identity"] for row in self.rows if "identity" in row}
        shown = [entry.facts["identity"] for entry in self.view.all("revealed")]
        gone = [entry.facts["evidence"] for entry in self.view.all("moved")]
        return sorted({*found, *(known & {*shown, *gone})})


@dataclass(frozen=True)
class Contents:
    """What goes into one dossier."""

    project: str
    size: int
    note: str
    entries: list[Entry]
    blind: list[int]
    attempts: list[Attempt]

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
    newest = await Round.filter(project=project).order_by("-attempt").first()
    witnessed = await latest(witnessed=True)
    if newest is None or witnessed is None or newest.state not in {*AFTER_DECISION, State.FAILED}:
        raise not_found("dossier")
    rounds = await Round.filter(project=project).order_by("attempt").values_list("about", flat=True)
    names = [str(name) for name in rounds]
    rows = (
        await LedgerEntry.filter(
            about__in=[project_about(project), *names], index__lt=witnessed.size
        )
        .order_by("index")
        .values_list("index", "data")
    )
    entries = [read_entry(int(index), bytes(data)) for index, data in rows]
    attempts = [await _attempt(view(name, entries)) for name in names]
    last = attempts[-1].view
    if not (last.first("decided") or last.first("failed")):
        raise not_found("dossier")
    blind = sorted(row["index"] for one in attempts for row in one.rows)
    return Contents(project, witnessed.size, witnessed.note, entries, blind, attempts)


async def _attempt(found: RoundView) -> Attempt:
    frozen = found.first("frozen")
    body = loads(await paper(frozen.facts["sha256"])) if frozen else None
    return Attempt(found, body)
