"""Checking dossiers, beside bare P-256 verifications of as many signatures as stand in them."""

import asyncio
import base64
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.bench.measure import Goal, Row, Sizes, race
from tests.bench.servers import folder
from tests.factories.dossiers import Dossiers, of_a_founded_city

SMALL = re.compile(rb'signature_b64":"|\xe2\x80\x94 ')
CMS_OID = bytes.fromhex("2a864886f70d010702")


def rows(sizes: Sizes) -> Iterator[Row]:
    """Every dossier of a founded demo city."""
    with folder() as path:
        made = asyncio.run(of_a_founded_city(path))
        signatures = sum(signatures_in(file) for file in made.files.values())
        key, data = ec.generate_private_key(ec.SECP256R1()), b"x" * 500
        signed = key.sign(data, ec.ECDSA(hashes.SHA256()))
        public = key.public_key()

        def floor() -> None:
            for _ in range(signatures):
                public.verify(signed, data, ec.ECDSA(hashes.SHA256()))

        raced = race(lambda: check(made), floor, sizes.rounds)
        weight = sum(file.stat().st_size for file in made.files.values()) / 1e6
        what = f"{len(made.files)} dossiers, {weight:.1f} MB, {signatures:,} signatures"
        goal = Goal("≥", 0.6)
        yield raced.row("dossier", what, "P-256 verifications", signatures, goal, "in signatures")


def check(made: Dossiers) -> None:
    """All twelve checks of every dossier."""
    for file in made.files.values():
        if verify(file, made.trust, made.roots).exit_code != HOLDS:
            raise RuntimeError(file.name)


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
