"""What the ledger states of a paper of a round (PROTOCOL.md §7)."""

from dataclasses import dataclass
from typing import ClassVar

from signing.core.facts import Digest, Facts, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSigned(Facts):
    """A paper is sealed: its kind and code, the hashes of the PDF and of what it states."""

    tag: ClassVar[str] = "documents:paper:signed"
    paper: Text
    code: Text
    sha256: Digest
    data_sha256: Digest
