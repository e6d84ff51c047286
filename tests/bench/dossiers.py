"""Checking dossiers, beside bare P-256 verifications of as many signatures as stand in them.

Most signatures in a dossier are Ed25519, which costs more than P-256 here: the note says how the
whole check stands to just those, with the messages that they are over.
"""

import asyncio
import base64
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.core import small
from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.bench.measure import Goal, Row, Sizes, apart, race
from tests.bench.servers import folder
from tests.factories.dossiers import of_a_founded_city
from tests.factories.large_round import of_a_large_round

SMALL = re.compile(rb'signature_b64":"|\xe2\x80\x94 ')
CMS_OID = bytes.fromhex("2a864886f70d010702")
APPLICANTS = 300


class Made(NamedTuple):
    """Archives, and what they are checked against."""

    files: list[Path]
    trust: bytes
    roots: Path


def rows(sizes: Sizes) -> Iterator[Row]:
    """Every dossier of a founded demo city, which are small; then one with very many applicants."""
    with folder() as path:
        yield _row("dossier", apart(city, path), sizes)
    with folder() as path:
        applicants = min(sizes.few, APPLICANTS)
        yield _row(f"dossier, {applicants} applicants", apart(large, path, applicants), sizes)


def city(path: Path) -> Made:
    """The dossiers of the demo city."""
    made = asyncio.run(of_a_founded_city(path))
    return Made(list(made.files.values()), made.trust, made.roots)


def large(path: Path, applicants: int) -> Made:
    """The dossier of one round with so many applicants."""
    made = asyncio.run(of_a_large_round(path, applicants))
    (file,) = made.files.values()
    with zipfile.ZipFile(file) as archive:
        if sum(name.startswith("opened/") for name in archive.namelist()) <= applicants:
            raise RuntimeError("not everybody was taken in")
    return Made(list(made.files.values()), made.trust, made.roots)


def _row(name: str, made: Made, sizes: Sizes) -> Row:
    signatures = sum(map(signatures_in, made.files))
    key, data = ec.generate_private_key(ec.SECP256R1()), b"x" * 500
    signed = key.sign(data, ec.ECDSA(hashes.SHA256()))
    public = key.public_key()

    def floor() -> None:
        for _ in range(signatures):
            public.verify(signed, data, ec.ECDSA(hashes.SHA256()))

    same = small_signatures_in(made)

    def bare() -> None:
        for one, signature, message in same:
            one.verify(signature, message)

    beside_same = 1 / race(lambda: check(made), bare, sizes.rounds).slower
    raced = race(lambda: check(made), floor, sizes.rounds)
    weight = sum(file.stat().st_size for file in made.files) / 1e6
    what = f"{len(made.files)} dossiers, {weight:.1f} MB, {signatures:,} signatures"
    note = f"in signatures; {beside_same:.2f} of its {len(same):,} Ed25519 signatures alone"
    return raced.row(name, what, "P-256 verifications", signatures, Goal("≥", 0.6), note)


def check(made: Made) -> None:
    """All twelve checks of every dossier."""
    for file in made.files:
        if verify(file, made.trust, made.roots).exit_code != HOLDS:
            raise RuntimeError(file.name)


def small_signatures_in(made: Made) -> list[tuple[Ed25519PublicKey, bytes, bytes]]:
    """The different Ed25519 signatures that a check looks at: key, signature, message."""
    found: dict[tuple[bytes, bytes, bytes], None] = {}

    class Noted:
        def __init__(self, public: bytes) -> None:
            self.public = public

        @classmethod
        def from_public_bytes(cls, public: bytes) -> "Noted":
            return cls(public)

        def verify(self, signature: bytes, message: bytes) -> None:
            found[self.public, signature, message] = None
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)

    with patch.object(small, "Ed25519PublicKey", Noted):
        check(made)
    read = Ed25519PublicKey.from_public_bytes
    return [(read(public), signature, message) for public, signature, message in found]


def signatures_in(file: Path) -> int:
    """Small signatures, note lines and CMS in the files of a dossier, payloads included."""
    with zipfile.ZipFile(file) as archive:
        found = 0
        for name in archive.namelist():
            data = archive.read(name)
            found += len(SMALL.findall(data)) + data.count(CMS_OID)
            if name.startswith("opened/"):
                for text in re.findall(rb'payload_b64":"([^"]+)', data):
                    found += len(SMALL.findall(base64.b64decode(text)))
        return found
