"""The signature that names the winner is the agency's own: nobody else's, and not only enclosed."""

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from market.kernel.actors import NOBODY
from market.selection.forms import AskAdmission, SealedApplication
from market.selection.intake.admission import admit
from market.selection.intake.upload import apply
from market.selection.publishing.publication import terms_of
from market.selection.states import State
from signing.cms.signer import Signer
from signing.rounds import admission
from signing.sealing import sealed
from signing.statements import cades
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Applicant, Town


async def apply_with(
    town: Town, found: RoundAsItStands, who: Applicant, certificate: bytes, signer: Signer
) -> None:
    """An application whose enclosed certificate and whose signer the test chooses."""
    town.clock.forward(minutes=1)
    key = Ed25519PrivateKey.generate()
    author = key.public_key().public_bytes_raw().hex()
    call, terms = town.call(who.actor), terms_of(found.about, found.terms)
    given = await admit(call, found.about, AskAdmission(author=author))
    application = admission.application(secrets.token_bytes(32), given["admission"], None)
    code = given["agency"]["code"]
    statement = admission.identity_statement(
        about=found.about, author=author, application=application, agency=code
    )
    identity = admission.identity(
        given["agency"],
        bytes.fromhex(given["salt"]),
        certificate=certificate,
        statement=statement,
        cms=cades.sign(statement.encode(), signer, call.now),
    )
    payloads = {"application": application, "identity": identity}
    sent = {kind: sealed.seal(kind, data, terms, key, 1) for kind, data in payloads.items()}
    form = SealedApplication.model_validate(sent)
    await apply(call.by(NOBODY), found.about, form)


def der(who: Applicant) -> bytes:
    return who.signer.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("enclosed", ["own", "signer", "junk"])
async def test_who_lets_another_sign_falls_away(town: Town, enclosed: str) -> None:
    found = await town.publish(way="random", pool="applicants")
    those, stranger = town.applicants[:3], town.applicants[3]
    for who in those:
        certificates = {"own": der(who), "signer": der(stranger), "junk": b"no certificate"}
        await apply_with(town, found, who, certificates[enclosed], stranger.signer)
    await town.turns()
    await town.to_reveal(found.about)
    for _ in those:
        await town.turns()
    found = await town.round(found.about)
    assert [row["cause"] for row in found.moves] == ["SIGNATURE_BAD"] * 3
    assert (found.state, found.failure) == (State.FAILED, "EXHAUSTED")


async def test_canary_who_signs_with_the_own_certificate_is_named(town: Town) -> None:
    found = await town.publish(way="random", pool="applicants")
    those = town.applicants[:3]
    for who in those:
        await apply_with(town, found, who, der(who), who.signer)
    await town.turns()
    found = await town.to_reveal(found.about)
    assert (found.state, found.moves) == (State.REVEALED, [])
