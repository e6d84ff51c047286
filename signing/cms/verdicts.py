"""What a signature turns out to be once every check has passed; a failed check raises `Refused`."""

from dataclasses import dataclass
from datetime import datetime

from signing.pki.subjects import Holder


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp: the instant, its serial (hex), who made it, under which authority's id."""

    at: datetime
    serial: str
    holder: Holder
    authority: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that counts.

    `authority` is the id of the recognised authority behind the certificate, `signed_at` what the
    signer's clock said, `stamp` the proof of time (None only where a signature is accepted before
    it is stamped).
    """

    holder: Holder
    authority: str
    signed_at: datetime
    stamp: Stamp | None
