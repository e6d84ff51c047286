"""Statements of this room: the redo, signed by the owner and, from the second on, a regulator."""

from typing import Final

from market.documents.signatures import StatementKind
from market.kernel.actors import Role
from signing.core.canonical import JsonObject
from signing.statements import redo


def _signers(body: JsonObject) -> tuple[Role, ...]:
    return (Role.OWNER, Role.REGULATOR) if redo.needs_regulator(body["count"]) else (Role.OWNER,)


REDO: Final = StatementKind("redo", read=redo.read, signers=_signers)
STATEMENTS: Final = (REDO,)
