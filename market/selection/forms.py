"""What people and programs send to a round."""

from collections.abc import Collection
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, create_model

from market.documents.signatures import SignedStatement
from market.web.forms import Command, composed
from signing.core.canonical import JsonObject, loads
from signing.core.errors import Refused
from signing.sealing.sealed import SIZES
from signing.ways.registry import WAYS
from signing.ways.way import Way

AROUND = 60_000  # characters around the content of an envelope: boxes and hashes of its trustees
HEX32 = r"^[0-9a-f]{64}$"
# What a person types may reach the ledger, which takes no other form (PROTOCOL.md §1).
Prose = Annotated[str, BeforeValidator(composed)]


class OwnContribution(Command):
    """The owner's part of the seed: which draw, commitment, sealed secret (PROTOCOL.md §6.2).

    ``signed`` is the publication, where the region has owners sign it (§7).
    """

    draw_id: str = Field(pattern=HEX32)
    commit: str = Field(pattern=HEX32)
    envelope: str = Field(max_length=40_000)
    signed: SignedStatement | None = None


class AskAdmission(Command):
    """The one-time key that an agency will apply under."""

    author: str = Field(pattern=HEX32)


class Sealed(Command):
    """The envelopes of one application, as canonical texts under their kinds."""

    @property
    def envelopes(self) -> dict[str, bytes]:
        """Those that were sent, by kind."""
        sent: dict[str, str] = self.model_dump(exclude_none=True)
        return {kind: text.encode() for kind, text in sent.items()}


def sealed_by(ways: Collection[Way]) -> type[Sealed]:
    """What every one of these ways asks for must be there, what only some ask for may be."""
    kinds = {kind: _sealed(kind, ways) for way in ways for kind in way.envelopes}
    return create_model("SealedApplication", __base__=Sealed, **kinds)


def _sealed(kind: str, ways: Collection[Way]) -> Any:
    always = all(kind in way.envelopes for way in ways)
    longest = SIZES[kind] * 4 // 3 + AROUND
    if always:
        return str, Field(max_length=longest)
    return str | None, Field(None, max_length=longest)


SealedApplication: Final = sealed_by(WAYS.values())


class SignedWithdrawal(Command):
    """A withdrawal signed by the one-time key."""

    v: int
    kind: str = Field(max_length=20)
    about: str = Field(max_length=80)
    author: str = Field(pattern=HEX32)
    seq: int = Field(ge=0, le=2**53 - 1)
    signature_b64: str = Field(max_length=100)

    def body(self) -> dict[str, Any]:
        """The object as it was signed."""
        return self.model_dump()


class Explanation(Command):
    """Why a price that is far below the others can be kept."""

    text: Prose = Field(min_length=10, max_length=4000)


class Verdict(Command):
    """The owner's word on an explanation."""

    accepted: bool
    reason: Prose = Field(min_length=2, max_length=1000)


SECRETS: Final = {"order_key", "audit_key"}  # files that never belong here


class SignedAudit(Command):
    """A regulator's audit order or finding, signed elsewhere: the text of its file."""

    text: str = Field(max_length=400_000)

    def body(self) -> JsonObject:
        """What was signed; raises as ``_signed`` does."""
        return _signed(self.text)


class AskOpening(Command):
    """Which escrow an order shall open, and why."""

    envelope: str = Field(max_length=64)
    reason: Prose = Field(min_length=10, max_length=1000)


class SignedOrder(Command):
    """A regulator's opening order, signed elsewhere: the text of the file that signing wrote."""

    order: str = Field(max_length=8_000)

    def body(self) -> JsonObject:
        """The order as it was signed; raises as ``_signed`` does."""
        return _signed(self.order)


def _signed(text: str) -> JsonObject:
    """Raises ``Refused`` for what is no canonical JSON object, and for a key."""
    body = loads(text.encode())
    if not isinstance(body, dict):
        raise Refused("shape", "this is no signed statement")
    if body.get("kind") in SECRETS:
        raise Refused("secret_key", "this is a secret key, not what was signed with it")
    return body
