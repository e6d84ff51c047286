"""Which files a dossier has, and what they are called (PROTOCOL.md §8).

Names are ASCII and say where a thing belongs: by ledger index, by hash, or by round. What the files
hold is decided where they are read.
"""

import re
from typing import Final

from signing.core.errors import Refused

MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.p7s"
KEYS: Final = "keys.json"
README: Final = "README.txt"
TRUST: Final = "trust/"
TRUST_FILE: Final = "trust/trust.json"
CHECKPOINT: Final = "ledger/checkpoint"
PROOFS: Final = "ledger/proofs.json"
HISTORY: Final = "ledger/history.json"
MEDIA: Final = "media/index.json"

ATTACHMENTS: Final = "attachments/"

# What the files of a need end in, by their kind.
ENDINGS: Final = {
    "pdf": ".pdf",
    "signed_pdf": ".pdf",
    "docx": ".docx",
    "xlsx": ".xlsx",
    "jpeg": ".jpg",
    "png": ".png",
}

_HASH = "[0-9a-f]{64}"
_NAME = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
_PATHS: Final = (
    re.escape(KEYS),
    re.escape(README),
    re.escape(TRUST_FILE),
    rf"trust/(roots|intermediates)/{_HASH}\.cer",
    rf"trust/crls/{_HASH}\.crl",
    re.escape(CHECKPOINT),
    re.escape(PROOFS),
    re.escape(HISTORY),
    r"entries/(0|[1-9][0-9]*)\.json",
    rf"{ATTACHMENTS}{_HASH}\.(pdf|docx|xlsx|jpg|png)",
    rf"(needs|envelopes|opened)/{_HASH}\.json",
    rf"(freeze|reports|releases|withdrawals|draws|ranking|audits)/{_NAME}\.json",
    rf"draws/{_NAME}\.moves\.json",
    rf"statements/{_NAME}\.(json|p7s)",
    rf"papers/{_NAME}\.pdf",
    re.escape(MEDIA),
)
_is_known = re.compile("|".join(_PATHS)).fullmatch
_round = re.compile(rf"round:({_NAME})/([1-9][0-9]*)").fullmatch
_entry = re.compile(r"entries/(0|[1-9][0-9]*)\.json").fullmatch


def is_known(path: str) -> bool:
    """Tell whether a dossier has files called so (manifest and its signature aside)."""
    return _is_known(path) is not None


def round_name(about: str) -> str:
    """Give `DZ-2026-000318-1` for `round:DZ-2026-000318/1`."""
    found = _round(about)
    if found is None:
        raise Refused("round_name", "{about} names no round", about=about)
    return f"{found[1]}-{found[3]}"


def project_of(about: str) -> str:
    """Give the project's code of a round."""
    return round_name(about).rpartition("-")[0]


def attempt_of(about: str) -> int:
    """Give the attempt of a round, from 1."""
    return int(round_name(about).rpartition("-")[2])


def entry(index: int) -> str:
    """Give the path of a ledger entry."""
    return f"entries/{index}.json"


def index_in(path: str) -> int | None:
    """Give the ledger index that a path names, None for other files."""
    found = _entry(path)
    return int(found[1]) if found else None


def by_hash(folder: str, sha256: str) -> str:
    """Give the path of what is named by its hash: needs, envelopes, opened."""
    return f"{folder}/{sha256}.json"


def attachment(sha256: str, kind: str) -> str:
    """Give the path of a file that a need names."""
    return f"{ATTACHMENTS}{sha256}{ENDINGS[kind]}"


def of_round(folder: str, about: str, ending: str = ".json") -> str:
    """Give the path of a document of a round."""
    return f"{folder}/{round_name(about)}{ending}"


def of_paper(folder: str, about: str, kind: str, ending: str) -> str:
    """Give the path of a statement or paper of a round: `papers/…-1-notice.pdf`."""
    return f"{folder}/{round_name(about)}-{kind}{ending}"
