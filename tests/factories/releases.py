"""What earlier versions left, kept in ``tests/releases/<day>/``: empty databases, a small city.

No key is kept. Those of the city were derived from labels when it was made, and are derived again
when it is reopened; only the timestamp authority of that day is gone, a new one takes its place.
"""

import io
import json
import re
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from market.app import make_app
from market.city import open_database
from market.demo import authority
from market.demo.authority import Holding
from market.documents import seal
from market.infra import db
from market.kernel.actors import Actor, Role
from market.settings import Settings
from signing.cms.signer import Signer
from signing.core.canonical import dumps
from signing.pki.subjects import Subject, holder
from signing.trustee import keys
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.town import FOUNDED, Applicant, Town

RELEASES: Final = Path(__file__).parents[1] / "releases"
FIRST: Final = RELEASES / "2026-11-22"
POSTGRES: Final = """
SELECT 'column ' || attrelid::regclass AS place, attname::text AS name,
    format_type(atttypid, atttypmod) || ' ' || attnotnull
    || coalesce(' ' || pg_get_expr(adbin, adrelid), '') AS said
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped AND c.relkind = 'r'
    AND relnamespace = 'public'::regnamespace
UNION SELECT 'constraint ' || conrelid::regclass, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
    AND contype <> 'n' -- the column says it; its name stays when the column is renamed
UNION SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'trigger ' || tgrelid::regclass, tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT 'extension', extname, extversion FROM pg_extension
"""
_SQLITE: Final = """
SELECT type || ' ' || tbl_name AS place, name, coalesce(sql, '') AS said FROM sqlite_master
"""


def unpacked(name: str, folder: Path, release: Path = FIRST) -> Path:
    """``folder`` with what the archive of that release holds."""
    with tarfile.open(release / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def text_of(name: str, member: str, release: Path = FIRST) -> str:
    """One file of that archive."""
    with tarfile.open(release / f"{name}.tar.xz") as archive:
        found = archive.extractfile(member)
        assert found is not None
        return io.TextIOWrapper(found, "utf-8").read()


async def tables() -> dict[tuple[str, str], str]:
    """Every table, index, trigger and constraint of the open database, by place and name."""
    question = POSTGRES if db.is_postgres() else _SQLITE
    rows = await db.connection().execute_query_dict(question)
    return {(row["place"], row["name"]): re.sub(r"\s+", " ", row["said"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Reopened:
    """A city of an earlier version, opened by this one; its rounds ({what became of it: name})."""

    town: Town
    rounds: dict[str, str]

    def code(self, kind: str) -> str:
        """The project of a round."""
        return self.rounds[kind].removeprefix("round:").rsplit("/", 1)[0]


@asynccontextmanager
async def reopened(
    folder: Path, release: Path = FIRST, *, demo: bool = False
) -> AsyncIterator[Reopened]:
    """The city of that release in ``folder``, with its trustees and who may apply in it.

    In a ``demo`` its trustees may run by clocks that can be put ahead.
    """
    unpacked("city", folder, release)
    put_keys_back(folder, release.name)
    story = json.loads((folder / "story.json").read_text())
    settings = Settings(data=folder / "city", demo=demo)
    clock = FakeClock(datetime.fromisoformat(story["now"]))
    _renew_stamps(folder, settings.data / "seal")
    app = make_app(settings, clock, jobs=False)
    async with open_database(settings):
        homes = sorted((folder / "trustees").iterdir())
        trustees = [Trustee(keys.load(one), keys.pinned(one), Memory(one / FILE)) for one in homes]
        town = Town(TestCity(app, app.state.door.tools, clock), settings, trustees, folder)
        town.applicants = [_applicant(one) for one in sorted((folder / "holders").iterdir())]
        town.renew()
        yield Reopened(town, story["rounds"])
        for one in town.trustees:
            one.memory.close()


def put_keys_back(folder: Path, day: str) -> None:
    """Every private key where it lay, derived from the label that ``keys.json`` gives."""
    for name, label in json.loads((folder / "keys.json").read_text()).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if name.endswith("/keys.json"):
            said = json.loads((path.parent / keys.STATEMENT).read_text())
            body = {key: said[key] for key in ("v", "id", "name", "platform")}
            pair = {one: _derived(day, f"{label} {one}").hex() for one in ("hpke", "ed25519")}
            path.write_bytes(dumps(body | pair | {"kind": "trustee_keys"}))
        else:
            secret = _derived(day, label)
            path.write_bytes(secret if label.startswith("platform ") else _pem(secret))


def _derived(day: str, label: str) -> bytes:
    return sha256(f"mingxuan {day} {label}".encode()).digest()


def _pem(secret: bytes) -> bytes:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
    key = ec.derive_private_key(int.from_bytes(secret) % (order - 1) + 1, ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _renew_stamps(folder: Path, home: Path) -> None:
    office = authority.office(folder / "authority", "ca_b")
    stamps = authority.issue(office, "tsa", Subject("演示时间戳服务", "乙"), FOUNDED, "rsa")
    seal.install(home, Holding(seal.city_seal(home), ""), stamps)


def _applicant(home: Path) -> Applicant:
    key = load_pem_private_key((home / "key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificate, *chain = x509.load_pem_x509_certificates((home / "chain.pem").read_bytes())
    held, code = holder(certificate), home.name
    actor = Actor(Role.AGENCY, f"{code}-clerk", held.name, code, held.name, ("511700",), code)
    holding = Holding(Signer(certificate, key, tuple(chain)), held.name)
    return Applicant(actor, holding, held.name, held.credit_code)
