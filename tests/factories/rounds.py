"""A round with three trustees and as many applicants as a test wants.

Keys come from labels, so that a test that fails fails again with the same bytes.
"""

from dataclasses import dataclass, field
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core.canonical import JsonObject
from signing.core.hashing import sha256
from signing.rounds import admission
from signing.rounds.intake import Upload, Withdrawn
from signing.sealing import sealed

ABOUT = "round:DZ-2026-000318/1"
OPENS_AT = "2026-11-22T09:30:00.000Z"
EARLY = "2026-11-22T09:00:00.000Z"
TRUSTEES = ("regulator", "notary", "platform")
KINDS = ("application", "identity")


def signer(label: str) -> Ed25519PrivateKey:
    """An Ed25519 key that only this label has."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"ed25519 {label}".encode()))


def public(label: str) -> bytes:
    """The public half of `signer`."""
    return signer(label).public_key().public_bytes_raw()


def box_key(label: str) -> X25519PrivateKey:
    """An X25519 key that only this label has."""
    return X25519PrivateKey.from_private_bytes(sha256(f"x25519 {label}".encode()))


def salt(label: str) -> bytes:
    """A salt that only this label has."""
    return sha256(f"salt {label}".encode())


def terms(about: str = ABOUT) -> sealed.Terms:
    """Two of three trustees."""
    seats = tuple(
        sealed.Seat(one, box_key(one).public_key().public_bytes_raw().hex()) for one in TRUSTEES
    )
    return sealed.Terms(about, 2, seats, OPENS_AT)


def admitted(name: str, *, red: bool = False, about: str = ABOUT) -> JsonObject:
    """The platform's admission of an applicant; its agency code is its name."""
    commit = admission.agency_commit(salt(name), name)
    author = public(name).hex()
    return admission.admit(signer("desk"), about=about, author=author, red=red, commit=commit)


def payload(name: str, price_fen: int | None = None, *, red: bool = False) -> bytes:
    """An application payload."""
    return admission.application(salt(f"nonce {name}"), admitted(name, red=red), price_fen)


def identity(name: str, application: bytes) -> bytes:
    """An identity payload whose certificate and CMS are placeholders."""
    statement = admission.identity_statement(
        about=ABOUT, author=public(name).hex(), application=application, agency=name
    )
    agency = admission.Agency(code=name, name=f"{name} 事务所", credit_code="91511799MA00000000")
    return admission.identity(
        agency, salt(name), certificate=b"certificate", statement=statement, cms=b"cms"
    )


def shares(data: bytes, *who: str) -> dict[int, bytes]:
    """The shares that these trustees find in their boxes."""
    envelope = sealed.read(data)
    places = {TRUSTEES.index(one) + 1: box_key(one) for one in who}
    return {x: sealed.open_box(envelope, x, key) for x, key in places.items()}


@dataclass
class Round:
    """What came in so far; every upload and withdrawal takes the next index."""

    uploads: list[Upload] = field(default_factory=list)
    withdrawals: list[Withdrawn] = field(default_factory=list)
    reports: list[JsonObject] = field(default_factory=list)
    payloads: dict[str, bytes | None] = field(default_factory=dict)
    _index: "count[int]" = field(default_factory=lambda: count(10))

    def upload(
        self, name: str, seq: int = 1, at: str = EARLY, price_fen: int | None = None
    ) -> Upload:
        """Seal and take in an application with its identity, with two good box reports each."""
        plain = payload(name, price_fen)
        pair = tuple(
            sealed.read(sealed.seal(kind, content, terms(), signer(name), seq))
            for kind, content in zip(KINDS, (plain, identity(name, plain)), strict=True)
        )
        index = next(self._index)
        one = Upload(index, salt(str(index)).hex(), at, pair)
        self.uploads.append(one)
        self.payloads[pair[0].sha256] = plain
        for envelope in one.envelopes:
            self.report(envelope, "regulator")
            self.report(envelope, "notary")
        return one

    def report(self, envelope: str, trustee: str, *, ok: bool = True) -> JsonObject:
        """Take in a box report."""
        body = admission.box_report(
            signer(trustee), about=ABOUT, envelope=envelope, trustee=trustee, ok=ok, at=EARLY
        )
        self.reports.append(body)
        return body

    def withdraw(self, name: str, seq: int, at: str = EARLY) -> Withdrawn:
        """Take in a withdrawal."""
        index = next(self._index)
        body = admission.withdrawal(signer(name), about=ABOUT, seq=seq)
        one = Withdrawn(index, salt(str(index)).hex(), at, body)
        self.withdrawals.append(one)
        return one

    def known(self) -> dict[int, list[str]]:
        """Every blind entry: {index: what it commits to}."""
        return {one.index: one.envelopes for one in self._all()}

    def commits(self) -> dict[int, str]:
        """Every blind entry: {index: its commitment}."""
        return {
            one.index: admission.blind_commit(bytes.fromhex(one.salt), ABOUT, one.envelopes)
            for one in self._all()
        }

    def _all(self) -> list[Upload | Withdrawn]:
        return [*self.uploads, *self.withdrawals]
