"""The third attempt of a project that failed twice: it takes a regulator's signature as well."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12

from market.demo import authority
from market.documents import seal, signatures
from market.documents.signatures import SignedStatement
from market.kernel.actors import Actor, Role
from market.projects import actions as projects
from market.projects.queries import waiting_redo
from market.selection.models import Round
from signing.cms.signer import Signer
from signing.core.canonical import b64
from signing.pki.subjects import Subject
from signing.statements import cades
from signing.time.timestamps import embedded
from tests.factories.dossiers import Dossiers
from tests.factories.second_attempt import (
    go_to,
    living_on,
    owner_of,
    publish_again,
    sign_again,
    turns,
    write,
)

REGULATOR = Actor(Role.REGULATOR, "regulator", "严演督", "reg-0001", "", ("511700",), "story")


async def of_a_third_attempt(dossiers: Dossiers, folder: Path) -> Path:
    """Live through a third attempt that nobody applies for; gives the dossier of all three."""
    code, path = dossiers.story["failed_twice"], folder / "third.zip"
    async with living_on(dossiers, folder) as (stage, hand):
        owner = await owner_of(code)
        await turns(stage)
        await sign_again(stage, owner, code)
        asked = await waiting_redo(code, 2, REGULATOR)
        call = stage.call(REGULATOR)
        signature = cades.sign(asked.statement.encode(), regulators_key(folder), call.now)
        form = SignedStatement(statement=asked.statement, cms_b64=b64(signature))
        await projects.countersign(call, code, 2, await signatures.taken(call, form))
        about = await publish_again(stage, hand, owner, code)
        for _ in range(2):
            await go_to(stage, hand, (await Round.get(about=about)).deadline_at)
        await write(stage, code, path)
    return path


def regulators_key(folder: Path) -> Signer:
    """The certificate that the demo gives its regulator."""
    data = (folder / "personas" / "regulator.p12").read_bytes()
    key, certificate, above = pkcs12.load_key_and_certificates(data, authority.PASSWORD.encode())
    assert certificate is not None
    return Signer(certificate, key, tuple(above))  # type: ignore[arg-type]  # an EC key


def stamped_at(folder: Path, data: bytes, signer: Signer, at: datetime) -> bytes:
    """A CAdES-B-T by anybody, stamped by the city's authority at an instant of one's choice."""
    stamper = embedded(seal.timestamp_service(folder / "city" / "seal"), lambda: at)
    return cades.sign_and_stamp(data, signer, at, stamper)


def strangers_key(folder: Path, at: datetime) -> Signer:
    """A certificate of an organisation that has nothing to do with the project."""
    office = authority.office(folder / "authority", "ca_a")
    subject = Subject("某某单位（演示）", "某某单位（演示）", credit_code="11511799MX0000027H")
    return authority.issue(office, "organisation", subject, at - timedelta(days=1)).signer
