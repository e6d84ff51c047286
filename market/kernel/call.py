"""What a use case is told: who asks, at which instant, with which tools."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.kernel.actors import Actor
from market.kernel.calendar import Calendar
from market.kernel.clock import Clock
from signing.log.anchors import Anchors
from signing.pki.trust import Trust


class Keys(Protocol):
    """The key store: what a copied database must not hold."""

    def ed25519(self, name: str) -> Ed25519PrivateKey:
        """The signing key of that name, made at first use."""

    def secret(self, name: str) -> bytes:
        """The 32 random bytes of that name, made at first use."""

    def holds(self, name: str) -> bool:
        """Whether there is a key of that name."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin so."""

    def destroy(self, name: str) -> None:
        """Forget a secret for good."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was stored piece by piece: its SHA-256 in hex, its bytes."""

    sha256: str
    size: int


class Files(Protocol):
    """Content-addressed store: a folder, or a bucket elsewhere."""

    async def put(self, data: bytes) -> str:
        """Store durably; returns the SHA-256 in hex."""

    async def get(self, sha256: str) -> bytes:
        """The bytes, checked against their hash; raises MarketError when absent."""

    async def take(self, pieces: AsyncIterator[bytes]) -> Taken:
        """Store durably what comes piece by piece."""

    async def pieces(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes piece by piece, checked as ``get`` does before the first."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Bytes of one file, and how many bytes and files hang on one thing."""

    one: int = 20 << 20
    in_all: int = 60 << 20
    files: int = 10


@dataclass(frozen=True, slots=True)
class City:
    """The deployment: names, who runs it and can be asked, and the settings of its region."""

    name: str
    region: str
    origin: str
    base_url: str
    demo: bool
    operator: str = ""
    phone: str = ""
    complaints: str = ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a use case may use of the outside world.

    ``data`` is the folder of everything kept outside the database, ``anchors`` the keys that
    everybody holds the city against: its own and the trustees', ``trust`` gives the authorities
    whose certificates count, ``tsa`` the address of an RFC 3161 authority (empty: the embedded
    one), ``calendar`` knows which days offices work on.

    ``clock`` is for the one rule that needs a second reading: a transaction that begins at or after
    the deadline is too late, however early the request came (PROTOCOL.md §4).
    """

    clock: Clock
    keys: Keys
    files: Files
    city: City
    anchors: Anchors
    trust: Callable[[], Trust]
    data: Path
    tsa: str
    calendar: Calendar
    uploads: UploadLimits = UploadLimits()

    @property
    def log(self) -> Path:
        """The folder of the published tiles; a mount point of its own in earnest."""
        return self.data / "log"


@dataclass(frozen=True, slots=True)
class Retry:
    """An Idempotency-Key with the hash of what was sent under it."""

    key: str
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a use case."""

    actor: Actor
    now: datetime
    tools: Tools
    retry: Retry | None = None

    def by(self, actor: Actor) -> Self:
        """The same call in the name of another actor, without its retry key."""
        return replace(self, actor=actor, retry=None)
