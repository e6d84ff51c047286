"""A little platform in memory: it speaks the trustees' wire and does everything honestly.

Tests bend it: every answer it gives goes through `bend`, every fact it logs through `record`.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core.canonical import JsonObject, dumps, instant
from signing.core.errors import Refused, Unreadable
from signing.core.hashing import sha256
from signing.draw.contributions import draw_commit, read_secret, secret_payload
from signing.draw.rules import draw_id
from signing.draw.transcript import draw, transcript
from signing.rounds import admission, freeze, intake
from signing.rounds.ledger_view import opening_digest
from signing.sealing import sealed
from signing.sealing.sealed import Envelope, Terms
from signing.trustee import keys, wire, work
from signing.trustee.sealed_shares import SealedShares, read_sealed_shares
from signing.ways import ranking as rankings
from signing.ways.applications import judged
from signing.ways.registry import way_of
from tests.signing.trustee.book import START, Book

HOUR = START + timedelta(hours=2)
PAGE = 32
NAMES = ("regulator", "notary", "platform")


def owns() -> list[keys.Own]:
    return [keys.new(one, f"city.example/{one}", platform=one == "platform") for one in NAMES]


@dataclass
class Applicant:
    key: Ed25519PrivateKey
    seq: int
    upload: intake.Upload
    application: bytes


@dataclass
class Round:
    about: str
    facts: JsonObject
    terms: Terms
    published: int
    uploads: list[intake.Upload] = field(default_factory=list)
    withdrawals: list[intake.Withdrawn] = field(default_factory=list)
    contributions: dict[str, JsonObject] = field(default_factory=dict)
    frozen: bytes | None = None
    frozen_at: int = 0
    reports: tuple[JsonObject, ...] = ()
    decided_at: int = 0
    moves: int = 0
    payloads: dict[str, bytes | None] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    order: work.Order | None = None
    standing_root: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def kinds(self) -> tuple[str, ...]:
        return way_of(self.facts).envelopes

    @property
    def version(self) -> int:
        return way_of(self.facts).version


class City(Book):
    """The platform: its ledger, its rounds, and what the trustees said."""

    def __init__(self, trustees: list[keys.Own], k: int = 2) -> None:
        super().__init__(trustees, k)
        self.rounds: dict[str, Round] = {}
        self.envelopes: dict[str, Envelope] = {}
        self.reports: dict[tuple[str, str], JsonObject] = {}
        self.shares: dict[str, dict[int, bytes]] = {}
        self.released: dict[tuple[str, str, str], wire.Release] = {}
        self.sealed_for_audit: dict[str, SealedShares] = {}
        self.alarms: list[wire.Alarm] = []
        self.down: set[str] = set()
        self.bend: Callable[[str, work.Work], work.Work] = lambda _, asked: asked

    # --- rounds

    def open_round(self, code: str, *, way: str = "random", **facts: object) -> Round:
        rules = {
            "v": 1,
            "subject": f"round:{code}",
            "attempt": 1,
            "take": 1,
            "reserves": 2,
            "pool": "applicants",
            "strata": ["all"],
            "constraints": [],
            "drop_order": [],
            "contributors": ["owner", *(f"trustee:{one}" for one in NAMES)],
            "salt_key_commit": None,
        }
        about = f"round:{code}/1"
        body = {
            "way": way,
            "pool": "applicants",
            "rules": rules,
            "k": self.anchors.k,
            "trustees": [{"id": one.id, "key": one.key} for one in self.anchors.seats],
            "opens_at": instant(HOUR),
            "control_price_fen": 100_000_00 if way == "price" else None,
            "platform_key": self.anchors.platform.hex(),
        } | facts
        terms = Terms(about, self.anchors.k, self.anchors.seats, instant(HOUR))
        index = self.record("selection:round:published", about, body)
        found = self.rounds[about] = Round(about, body, terms, index)
        self.contribute(found, "owner", Ed25519PrivateKey.generate())
        return found

    def contribute(self, one: Round, role: str, author: Ed25519PrivateKey) -> None:
        secret = secrets.token_bytes(32)
        commit = draw_commit(role, draw_id(one.facts["rules"]), secret).hex()
        payload = secret_payload(role, secret)
        envelope = sealed.read(sealed.seal("draw_secret", payload, one.terms, author, 1))
        self.promise(one, role, commit, envelope)

    def promise(self, one: Round, role: str, commit: str, envelope: Envelope) -> None:
        if role not in one.contributions:
            self.envelopes[envelope.sha256] = envelope
            facts = {"role": role, "commit": commit, "envelope": envelope.sha256}
            index = self.record("selection:round:contributed", one.about, facts)
            one.contributions[role] = facts | {"index": index}

    def apply(
        self,
        one: Round,
        price: int | None = None,
        key: Ed25519PrivateKey | None = None,
        seq: int = 1,
        **bent: object,
    ) -> Applicant:
        key = key or Ed25519PrivateKey.generate()
        author = key.public_key().public_bytes_raw().hex()
        commit = admission.agency_commit(secrets.token_bytes(32), "A1")
        voucher = admission.admit(
            self.platform, about=one.about, author=author, red=False, commit=commit
        )
        payload = admission.application(secrets.token_bytes(32), voucher, price)
        terms = replace(one.terms, **bent)  # type: ignore[arg-type]  # the test says what it bends
        payloads = {kind: kind.encode() for kind in one.kinds}
        payloads |= {"application": payload, "identity": b"who"}
        envelopes = [
            sealed.read(sealed.seal(kind, payloads[kind], terms, key, seq)) for kind in one.kinds
        ]
        return Applicant(key, seq, self.take_in(one, *envelopes), payload)

    def take_in(self, one: Round, *envelopes: Envelope) -> intake.Upload:
        self.envelopes |= {it.sha256: it for it in envelopes}
        index, salt = self.blind(one.about, [it.sha256 for it in envelopes])
        found = intake.Upload(index, salt, instant(self.now), envelopes)
        one.uploads.append(found)
        return found

    def withdraw(self, one: Round, who: Applicant) -> None:
        body = admission.withdrawal(who.key, about=one.about, seq=who.seq)
        index, salt = self.blind(one.about, [sha256(dumps(body)).hex()])
        one.withdrawals.append(intake.Withdrawn(index, salt, instant(self.now), body))

    def freeze(self, one: Round, bent: Callable[[JsonObject], JsonObject] | None = None) -> None:
        one.reports = tuple(it for it in self.reports.values() if it["about"] == one.about)
        closed = instant(HOUR)
        k = one.terms.k
        rows = intake.sort_out(one.uploads, one.withdrawals, one.reports, k=k, closed_at=closed)
        data = freeze.applicants(one.about, closed, rows, one.standing_root, one.kinds)
        self.freeze_as(one, data, bent)

    def freeze_as(
        self, one: Round, data: bytes, bent: Callable[[JsonObject], JsonObject] | None = None
    ) -> None:
        body = freeze.read_applicants(data, one.about, one.kinds)
        if bent is not None:
            body = bent(body)
            body["envelopes_root"] = freeze.envelopes_root(body["accepted"], one.kinds).hex()
            data = dumps(body)
        one.frozen = data
        one.frozen_at = self.say(
            one.about,
            "frozen",
            kind="applicants",
            sha256=sha256(data).hex(),
            root=body["envelopes_root"],
            standing_root=body["standing_root"],
        )

    def unseal(self, one: Round) -> None:
        assert one.frozen is not None
        accepted = freeze.read_applicants(one.frozen, one.about, one.kinds)["accepted"]
        names = [row["application"] for row in accepted]
        names += [row["envelope"] for row in one.contributions.values()]
        one.payloads = {name: self.opened(self.envelopes[name]) for name in names}
        digest = opening_digest({name: data is not None for name, data in one.payloads.items()})
        bad = sum(data is None for data in one.payloads.values())
        self.say(one.about, "unsealed", sha256=digest, count=len(names), unreadable=bad)

    def opened(self, envelope: Envelope) -> bytes | None:
        try:
            return sealed.decrypt(envelope, sealed.recover(envelope, self.shares[envelope.sha256]))
        except Unreadable:
            return None

    def decide(self, one: Round, **bent: object) -> None:
        assert one.frozen is not None
        frozen = freeze.read_applicants(one.frozen, one.about, one.kinds)
        found = judged(one.facts, frozen, one.payloads)
        rules = one.facts["rules"]
        rows = []
        for role, row in one.contributions.items():
            data = one.payloads[row["envelope"]]
            assert data is not None
            secret = read_secret(data, role, draw_id(rules), row["commit"])
            rows.append(row | {"secret": secret.hex()})
        done = draw(rules, rows, found.pool)
        ranking = rankings.ranking(one.about, done.seed, found.prices)
        one.decided_at = len(self.entries)
        pieces = transcript(
            done,
            freeze_index=one.frozen_at,
            freeze_sha256=sha256(one.frozen).hex(),
            result_index=one.decided_at,
        )
        facts = {
            "transcript": sha256(b"".join(pieces)).hex(),
            "ranking": sha256(ranking).hex() if one.facts["way"] == "price" else None,
            "taken": [leaf.hex() for leaf in done.walk.taken],
        }
        self.record("selection:round:decided", one.about, facts | bent)
        one.taken = [str(done.pool.record(leaf)["identity"]) for leaf in done.walk.taken]

    # --- the wire

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        status, data = self.answer(request.method, request.url.path, request.read())
        return httpx2.Response(status, content=data)

    def answer(self, method: str, path: str, data: bytes) -> tuple[int, bytes]:
        if method == "GET":
            found = self.tiles.get(path.removeprefix("/log/"))
            return (404, b"") if found is None else (200, found)
        try:
            if path == wire.PATHS["hello"]:
                hello = wire.read_hello(data, self.anchors)
                return 200, work.write(self.asked(hello), hello.speaks)
            self.take(path, data)
        except Refused as refusal:
            return 422, dumps({"code": refusal.code})
        return 200, b"{}"

    def take(self, path: str, data: bytes) -> None:
        if path == wire.PATHS["cosignature"]:
            given = wire.read_cosignature(data, self.anchors)
            for at, note in enumerate(self.notes):
                if note.text == given.checkpoint.text:
                    self.notes[at] = note.having(given.line)
        elif path == wire.PATHS["contribution"]:
            part = wire.read_contribution(data, self.anchors)
            one = self.rounds[part.about]
            sealed.must_fit(part.envelope, one.terms)
            self.promise(one, part.role, part.commit, part.envelope)
        elif path == wire.PATHS["reports"]:
            for body in wire.read_reports(data, self.anchors):
                self.reports.setdefault((body["envelope"], body["trustee"]), body)
        elif path == wire.PATHS["shares"]:
            released = wire.read_release(data, self.anchors, self.envelopes.get)
            x = self.anchors.seat_of(released.trustee)
            for name, share in released.shares.items():
                self.shares.setdefault(name, {})[x] = share
                self.released[(released.trustee, released.what, name)] = released
        elif path == wire.PATHS["audit"]:
            sent = read_sealed_shares(data, self.anchors)
            self.sealed_for_audit[sent.trustee] = sent
        else:
            self.alarms.append(wire.read_alarm(data, self.anchors))

    def asked(self, hello: wire.Hello) -> work.Work:
        note, me = self.publish(), hello.trustee
        line = any(one.name == self.anchors.fellow(me).name for one in note.lines)
        boxes = [one for it in self.rounds.values() for one in self.boxes(it, me)]
        asked = work.Work(
            checkpoint=None if line else str(note),
            contribute=tuple(
                about
                for about, one in self.rounds.items()
                if f"trustee:{me}" in one.facts["rules"]["contributors"]
                and f"trustee:{me}" not in one.contributions
            ),
            boxes=tuple(boxes[:PAGE]),
            releases=()
            if len(boxes) > PAGE
            else tuple(one for it in self.rounds.values() for one in self.evidence(it, me)),
            orders=tuple(it.order for it in self.rounds.values() if it.order is not None),
        )
        return self.bend(me, asked)

    def boxes(self, one: Round, trustee: str) -> list[work.Box]:
        single = [[self.envelopes[row["envelope"]]] for row in one.contributions.values()]
        found = [work.Box((it[0].data,)) for it in single if not self.knows(trustee, it)]
        for upload in one.uploads:
            if not self.knows(trustee, upload.sealed):
                data = tuple(it.data for it in upload.sealed)
                found.append(work.Box(data, upload.index, upload.salt, one.version))
        return found

    def knows(self, trustee: str, envelopes: Sequence[Envelope]) -> bool:
        return all((one.sha256, trustee) in self.reports for one in envelopes)

    def evidence(self, one: Round, trustee: str) -> list[work.Evidence]:
        secret = one.contributions["owner"]["envelope"]
        note = self.quorum(one.frozen_at)
        if one.frozen is None or note is None:
            return []
        base = work.Evidence(
            one.about,
            "application",
            one.frozen,
            str(note),
            one.reports,
            tuple(it.body for it in one.withdrawals),
            v=one.version,
        )
        if (trustee, "application", secret) not in self.released:
            return [base]
        note = self.quorum(max(one.decided_at, one.moves))
        missing = [it for it in one.taken if (trustee, "identity", it) not in self.released]
        if not one.decided_at or note is None or not missing:
            return []
        opened = tuple(work.Opened(name, self.shares[name]) for name in one.payloads)
        return [replace(base, what="identity", checkpoint=str(note), opened=opened)]
