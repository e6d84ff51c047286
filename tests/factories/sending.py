"""What agencies' clients send, honest or not: every part of an application can be replaced."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from market.kernel.actors import Role
from signing.cms.signer import Signer
from signing.core.canonical import JsonObject, dumps
from signing.rounds import admission
from signing.sealing import sealed
from signing.statements import cades
from tests.factories.people import enter
from tests.factories.town import Applicant, Town


def path_of(about: str, what: str) -> str:
    """The address below ``/api/rounds`` for a round's name."""
    return f"/api/rounds/{about.removeprefix('round:')}/{what}"


@dataclass
class Sender:
    """One applicant's client: its one-time key, and what it was admitted with."""

    town: Town
    client: httpx2.AsyncClient
    about: str
    applicant: Applicant
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    admitted: dict[str, Any] = field(default_factory=dict)

    @property
    def author(self) -> str:
        """The public one-time key in hex."""
        return self.key.public_key().public_bytes_raw().hex()

    async def sign_in(self) -> str:
        """Take a session as the agency's clerk; returns its token."""
        return await enter(self.town.city, self.client, self.applicant.actor.code, Role.AGENCY)

    async def ask(self) -> httpx2.Response:
        """Ask for admission with the session that the client carries."""
        answer = await self.send("admission", {"author": self.author})
        if answer.status_code == 200:
            self.admitted = answer.json()
        return answer

    async def admission(self) -> JsonObject:
        """Sign in, be admitted, and forget the session."""
        await self.sign_in()
        answer = await self.ask()
        assert answer.status_code == 200, answer.text
        self.client.cookies.clear()
        found: JsonObject = self.admitted["admission"]
        return found

    async def terms(self) -> sealed.Terms:
        """The round's terms as published."""
        said = (await self.client.get(path_of(self.about, "terms"))).json()
        seats = tuple(sealed.Seat(t["id"], t["key"]) for t in said["trustees"])
        return sealed.Terms(self.about, said["k"], seats, said["opens_at"])

    def application(self, price_fen: int | None) -> bytes:
        """The honest payload."""
        return admission.application(secrets.token_bytes(32), self.admitted["admission"], price_fen)

    def identity(self, application: bytes, signer: Signer | None = None, **agency: str) -> bytes:
        """The identity payload that goes with ``application``."""
        who = cast("admission.Agency", {**self.admitted["agency"], **agency})
        signer = signer or self.applicant.signer
        statement = admission.identity_statement(
            about=self.about, author=self.author, application=application, agency=who["code"]
        )
        return admission.identity(
            who,
            bytes.fromhex(self.admitted["salt"]),
            certificate=signer.certificate.public_bytes(Encoding.DER),
            statement=statement,
            cms=cades.sign(statement.encode(), signer, self.town.clock()),
        )

    def sealed(
        self,
        application: bytes,
        identity: bytes,
        terms: sealed.Terms,
        seq: int = 1,
        key: Ed25519PrivateKey | None = None,
    ) -> dict[str, str]:
        """Both envelopes as the upload carries them."""
        key = key or self.key
        return {
            "application": sealed.seal("application", application, terms, key, seq).decode(),
            "identity": sealed.seal("identity", identity, terms, key, seq).decode(),
        }

    async def honest(self, price_fen: int | None = None, seq: int = 1) -> dict[str, str]:
        """A whole application as it should be; asks for admission unless that was done."""
        if not self.admitted:
            await self.admission()
        payload = self.application(price_fen)
        return self.sealed(payload, self.identity(payload), await self.terms(), seq)

    async def send(
        self, what: str, body: Any, key: str | None = None, **headers: str
    ) -> httpx2.Response:
        """POST a JSON body, or bytes as they are, under a fresh Idempotency-Key."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = {"content-type": "application/json", "idempotency-key": key or str(uuid4())}
        own["sec-fetch-site"] = "same-origin"
        return await self.client.post(
            path_of(self.about, what), content=data, headers={**own, **headers}
        )

    async def upload(self, form: Any, key: str | None = None, **headers: str) -> httpx2.Response:
        """Send an application."""
        return await self.send("envelopes", form, key, **headers)

    async def applied(self, price_fen: int | None = None, seq: int = 1) -> dict[str, Any]:
        """Apply honestly; the receipt."""
        answer = await self.upload(await self.honest(price_fen, seq))
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    def withdrawal(self, seq: int = 1) -> JsonObject:
        """A withdrawal signed by the one-time key."""
        return admission.withdrawal(self.key, about=self.about, seq=seq)


def payload_with(payload: JsonObject, **changes: Any) -> bytes:
    """Canonical bytes of a payload with some keys changed."""
    return dumps({**payload, **changes})
