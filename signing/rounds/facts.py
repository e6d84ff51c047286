"""What the ledger states of a round and of trying it again, tag by tag (PROTOCOL.md §3a, §7)."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from signing.core.canonical import JsonObject
from signing.core.facts import Digest, Facts, Instant, Natural, Positive, Text


class Seat(TypedDict):
    """A trustee of the publication, and its HPKE key."""

    id: Text
    key: Digest


class Size(TypedDict):
    """How many bytes an envelope of a kind holds."""

    kind: Text
    bytes: Positive


class Agency(TypedDict):
    """Whom the reveal names."""

    code: Text
    name: Text
    credit_code: Text


class Bound(TypedDict):
    """To whom an escrow binds; without name and credit code where the register knows none."""

    code: Text
    name: Text | None
    credit_code: Text | None


class Signer(TypedDict):
    """For which organisation somebody signed, and the hash of the signature."""

    name: Text
    credit_code: Text
    cms_sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Facts):
    """The terms of a round: what, among whom, by which rules, who opens it when.

    `way_terms` is what the way asked of the owner beside, as it stands in the need; `statement` and
    `owner` stand where the owner signed the publication.
    """

    tag: ClassVar[str] = "selection:round:published"
    way: Text
    pool: Text
    rules: JsonObject
    k: Positive
    trustees: list[Seat]
    opens_at: Instant
    sizes: list[Size]
    control_price_fen: Positive | None
    need_sha256: Digest
    seal_script_sha256: Digest
    platform_key: Digest
    way_terms: JsonObject | None = None
    statement: Digest | None = None
    owner: Signer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributed(Facts):
    """One role's part of the seed, committed and sealed."""

    tag: ClassVar[str] = "selection:round:contributed"
    role: Text
    commit: Digest
    envelope: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting(Facts):
    """Every part is in: applications are taken."""

    tag: ClassVar[str] = "selection:round:accepting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Facts):
    """A later hour, and why."""

    tag: ClassVar[str] = "selection:round:extended"
    opens_at: Instant
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen(Facts):
    """The freeze document, its root and that of the standings."""

    tag: ClassVar[str] = "selection:round:frozen"
    kind: Text
    sha256: Digest
    root: Digest
    standing_root: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Facts):
    """A trustee's release of shares."""

    tag: ClassVar[str] = "selection:round:released"
    trustee: Text
    kind: Text
    sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed(Facts):
    """What opened and what did not."""

    tag: ClassVar[str] = "selection:round:unsealed"
    sha256: Digest
    count: Natural
    unreadable: Natural


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Facts):
    """Who was taken; `salt_key` where the leaves of the pool are salted."""

    tag: ClassVar[str] = "selection:round:decided"
    transcript: Digest
    ranking: Digest | None
    taken: list[Digest]
    salt_key: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Facts):
    """Who fell away and why; `standing` where that is the ground."""

    tag: ClassVar[str] = "selection:round:moved"
    leaf: Digest
    cause: Text
    evidence: Digest | None
    standing: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed(Facts):
    """Who was chosen, by name."""

    tag: ClassVar[str] = "selection:round:revealed"
    leaf: Digest
    agency: Agency
    agency_salt: Digest | None
    identity: Digest | None
    standing: JsonObject | None
    price_fen: Positive | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Facts):
    """The hash of the winner's explanation."""

    tag: ClassVar[str] = "selection:round:explained"
    sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationJudged(Facts):
    """The owner's word on it."""

    tag: ClassVar[str] = "selection:round:explanation_accepted"
    accepted: bool
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded(Facts):
    """The public notice is over."""

    tag: ClassVar[str] = "selection:round:concluded"
    winner: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Facts):
    """The round ends without a result; `role` where one contributor is at fault."""

    tag: ClassVar[str] = "selection:round:failed"
    reason: Text
    role: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscrowOrdered(Facts):
    """A regulator ordered the escrow of one leaf opened."""

    tag: ClassVar[str] = "selection:round:escrow_ordered"
    leaf: Digest
    envelope: Digest
    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class EscrowOpened(Facts):
    """Whether it opens, and whether it binds anybody."""

    tag: ClassVar[str] = "selection:round:escrow_opened"
    leaf: Digest
    envelope: Digest
    order: Digest
    opens: bool
    binds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Breached(Facts):
    """Whom it binds, with the salt of the commitment."""

    tag: ClassVar[str] = "selection:round:breached"
    leaf: Digest
    cause: Text
    order: Digest
    author: Digest
    agency: Bound
    agency_salt: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOrdered(Facts):
    """A regulator ordered a blind audit of one freeze."""

    tag: ClassVar[str] = "selection:round:audit_ordered"
    order: Digest
    freeze: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFound(Facts):
    """What it found, in numbers."""

    tag: ClassVar[str] = "selection:round:audit_found"
    finding: Digest
    envelopes: Natural
    agencies: Natural
    faults: Natural


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Facts):
    """A blind entry: a commitment and nothing else."""

    tag: ClassVar[str] = "sealed"
    commit: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RedoAsked(Facts):
    """An owner asked for another attempt; `regulator` is null: that signature is still missing."""

    tag: ClassVar[str] = "project:redo_asked"
    attempt: Positive
    count: Positive
    reason: Text
    statement: Digest
    owner: Signer
    regulator: Signer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried(RedoAsked):
    """Another attempt begins, for the need as it stood."""

    tag: ClassVar[str] = "project:retried"
    need_sha256: Digest
