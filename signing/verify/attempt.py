"""One round in a dossier: its freeze, what came in, what was opened, the draw.

Every document is read once and refused for what is wrong in itself; the numbered checks hold them
against the ledger and against each other. All reasoning is the library's own (`freeze`, `intake`,
`draw`), none of it is repeated here.
"""

from dataclasses import dataclass
from functools import cached_property

from signing.core.canonical import Json, JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.draw import moves
from signing.draw.contributions import read_secret
from signing.draw.moves import Standings, moved
from signing.draw.rules import draw_id
from signing.draw.transcript import Draw, check
from signing.rounds import facts
from signing.rounds.admission import check_withdrawal
from signing.rounds.freeze import envelopes_of
from signing.rounds.intake import Upload, Withdrawn
from signing.rounds.ledger_view import Act, RoundView
from signing.statements.facts import PaperSigned
from signing.trustee.wire import checked_release, checked_report
from signing.verify.case import Case
from signing.ways import ranking as rankings
from signing.ways.applications import Judged, judged
from signing.ways.pools import Pool, pool_of
from signing.ways.registry import way_of
from signing.ways.releases import APPLICATION, Grounds
from signing.ways.way import Way


@dataclass(frozen=True)
class Attempt:
    """A round as its entries and its files tell it."""

    case: Case
    view: RoundView

    @property
    def about(self) -> str:
        """The round's name in the ledger."""
        return self.view.about

    @property
    def published(self) -> JsonObject:
        """The facts of the publication."""
        return self.view.published

    @property
    def way(self) -> Way:
        """The way that was published."""
        return way_of(self.published)

    @property
    def kind_of_pool(self) -> Pool:
        """Who can be chosen at all."""
        return pool_of(self.published)

    @property
    def applied_for(self) -> bool:
        """True where agencies apply, false where everybody registered is in the pool."""
        return self.kind_of_pool.applied_for

    def place(self, folder: str, ending: str = ".json") -> str:
        """Give the path of a document of this round."""
        return layout.of_round(folder, self.about, ending)

    @cached_property
    def freeze(self) -> JsonObject:
        """The freeze document, its shape, order and root checked."""
        data = self.case.archive.read(self.place("freeze"))
        return self.kind_of_pool.read_freeze(data, self.about, self.way.envelopes)

    @cached_property
    def accepted(self) -> list[JsonObject]:
        """The rows of those who count; none where nobody applies or nothing was frozen."""
        if not self.view.first(facts.Frozen) or not self.applied_for:
            return []
        rows: list[JsonObject] = self.freeze["accepted"]
        return rows

    @cached_property
    def left_out(self) -> list[JsonObject]:
        """The rows of what does not count."""
        if not self.view.first(facts.Frozen) or not self.applied_for:
            return []
        rows: list[JsonObject] = self.freeze["left_out"]
        return rows

    @cached_property
    def sets(self) -> dict[int, list[str]]:
        """The envelopes of every upload by the index of its blind entry."""
        rows = (*self.accepted, *self.left_out)
        kinds = self.way.envelopes
        found = {row["index"]: envelopes_of(row, kinds) for row in rows}
        return {index: names for index, names in found.items() if len(names) == len(kinds)}

    @cached_property
    def uploads(self) -> list[Upload]:
        """Every upload that the freeze names."""
        salts = {row["index"]: row["salt"] for row in (*self.accepted, *self.left_out)}
        found = []
        for index, names in sorted(self.sets.items()):
            sealed = tuple(map(self.case.envelope, names))
            found.append(Upload(index, salts[index], self.case.entry(index).at, sealed))
        return found

    @cached_property
    def withdrawals(self) -> list[Withdrawn]:
        """Every withdrawal that the freeze names, signed by its author."""
        bodies = {
            sha256(dumps(body)).hex(): check_withdrawal(body, about=self.about)
            for body in self.case.rows(self.place("withdrawals"))
        }
        rows = [row for row in self.left_out if len(row["envelopes"]) == 1]
        if sorted(bodies) != sorted(row["envelopes"][0] for row in rows):
            raise Refused("withdrawals", "withdrawals: not those that the freeze names")
        return [
            Withdrawn(
                row["index"],
                row["salt"],
                self.case.entry(row["index"]).at,
                bodies[row["envelopes"][0]],
            )
            for row in rows
        ]

    @cached_property
    def reports(self) -> list[JsonObject]:
        """Every box report, signed by its trustee, for this round; none twice."""
        found = [
            checked_report(body, self.case.anchors)
            for body in self.case.rows(self.place("reports"))
        ]
        said = [(body["envelope"], body["trustee"]) for body in found]
        if len(set(said)) != len(said) or any(body["about"] != self.about for body in found):
            raise Refused("reports", "reports: a trustee speaks twice, or of another round")
        return found

    @cached_property
    def releases(self) -> dict[str, JsonObject]:
        """Every release by its hash, signed by its trustee."""
        found = {}
        for body in self.case.rows(self.place("releases")):
            trustee = body.get("trustee") if isinstance(body, dict) else None
            release = checked_release(body, self.case.anchors, trustee=str(trustee))
            if release["about"] != self.about:
                raise Refused("release", "release: of another round")
            found[sha256(dumps(release)).hex()] = release
        return found

    @property
    def secrets(self) -> dict[str, str]:
        """The envelope with the secret of each role, as logged."""
        return {role: one.facts.envelope for role, one in self.view.contributions.items()}

    @property
    def at_the_hour(self) -> Grounds:
        """What the freeze says by itself."""
        return Grounds(self.accepted, list(self.secrets.values()))

    @cached_property
    def payloads(self) -> dict[str, bytes | None]:
        """What every accepted application and every draw secret turned out to hold."""
        names = APPLICATION.envelopes(self.at_the_hour)
        return {name: self.case.opened(name).payload for name in names}

    @cached_property
    def contributions(self) -> list[JsonObject]:
        """The contributions with their opened secrets; refuses one that does not fit."""
        return [self._contribution(role, one) for role, one in self.view.contributions.items()]

    def must_be_at_fault(self, role: object) -> None:
        """Refuse unless this contributor's secret does not open or not fit its commitment."""
        entry = self.view.contributions.get(str(role))
        if entry is not None:
            try:
                self._contribution(str(role), entry)
            except Refused:
                return
        raise Refused("failed", "another one's secret does not fit than {role}'s", role=role)

    def _contribution(self, role: str, entry: Act[facts.Contributed]) -> JsonObject:
        commit, envelope = entry.facts.commit, entry.facts.envelope
        data = self.payloads[envelope]
        if data is None:
            raise Refused("draw_secret", "the secret of {role} is unreadable", role=role)
        secret = read_secret(data, role, draw_id(self.view.rules), commit).hex()
        row = {"role": role, "commit": commit, "envelope": envelope, "index": entry.index}
        return row | {"secret": secret}

    @cached_property
    def pool(self) -> Judged:
        """The pool and the prices that follow from the freeze and the opened applications."""
        return judged(self.published, self.freeze, self.payloads)

    @cached_property
    def transcript(self) -> tuple[JsonObject, Draw]:
        """The transcript, computed again."""
        body: Json = self.case.json(self.place("draws"))
        return body, check(body)

    @cached_property
    def ranking(self) -> JsonObject:
        """The ranking, computed again from what was opened."""
        data = self.case.archive.read(self.place("ranking"))
        return rankings.check_ranking(data, self.about, self.transcript[1].seed, self.pool.prices)

    @cached_property
    def start(self) -> Standings:
        """Who was taken and who stood in reserve when the draw was over."""
        ranked = dumps(self.ranking) if self.way.rank else None
        return self.way.start(self.transcript[1].walk, ranked)

    def standings(self, below: int) -> Standings:
        """Give who is taken after the moves that stand in the ledger before this index."""
        _, done = self.transcript
        rows = [one.entry.facts for one in self.view.all(facts.Moved) if one.index < below]
        return moved(self.view.rules, done.walk.dropped, done.pool, self.start, rows)

    @cached_property
    def moves(self) -> list[JsonObject]:
        """The rows of the moves file; none without a file."""
        place = self.place("draws", ".moves.json")
        archive = self.case.archive
        return moves.read_moves(archive.read(place)) if archive.has(place) else []

    def record(self, leaf: str) -> JsonObject:
        """Give the record of a candidate."""
        return self.transcript[1].pool.record(unhex(leaf, 32))

    @cached_property
    def ever_taken(self) -> list[JsonObject]:
        """The records of all who were taken, first or by a move."""
        last = [one.index for one in self.view.all(facts.Moved)]
        leaves: dict[bytes, None] = {}
        for below in (0, *(index + 1 for index in last)):
            leaves |= dict.fromkeys(self.standings(below).taken)
        pool = self.transcript[1].pool
        return [pool.record(leaf) for leaf in leaves]

    def statement(self, kind: str) -> JsonObject:
        """Give a signed statement of the round."""
        path = layout.of_paper("statements", self.about, kind, ".json")
        body: JsonObject = loads(self.case.archive.read(path))
        return body

    def papers(self) -> list[Act[PaperSigned]]:
        """Give the acts by which papers of the round were signed."""
        key = self.about, PaperSigned.tag
        found = (one for one in self.case.entries if (one.about, one.tag) == key)
        return [Act(one, PaperSigned.heard(one.facts)) for one in found]


def attempts(case: Case) -> list[Attempt]:
    """Give every round of the dossier, each read once for all checks."""
    if not case.attempts:
        case.attempts.extend(Attempt(case, view) for view in case.rounds)
    return case.attempts
