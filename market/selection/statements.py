"""Statements of this room: the publication, signed by the owner."""

from typing import Final

from market.documents.signatures import StatementKind
from market.kernel.actors import Role
from signing.statements import publication

PUBLICATION: Final = StatementKind(
    "publication", read=publication.read, signers=lambda _body: (Role.OWNER,)
)
STATEMENTS: Final = (PUBLICATION,)
