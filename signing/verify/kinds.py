"""What is signed, kind by kind: papers by their name in the ledger, and statements besides them.

A new kind is one line here; the checks walk the tables and know none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from signing.core.canonical import Json, JsonObject
from signing.core.errors import Refused
from signing.statements import notice
from signing.verify.attempt import Attempt
from signing.verify.case import Case
from signing.verify.decision import must_be_the_notice
from signing.verify.faults import Verdict
from signing.verify.publications import publications_are_signed
from signing.verify.redos import redos_are_signed


@dataclass(frozen=True)
class Paper:
    """A kind of paper of a round, sealed by the platform: its statement, and what that must say.

    `read` refuses what is no such statement, `must_agree` one that tells another story than the
    ledger.
    """

    read: Callable[[Json], JsonObject]
    must_agree: Callable[[Attempt, JsonObject], None]


PAPERS: Final[Mapping[str, Paper]] = {"notice": Paper(notice.must_be, must_be_the_notice)}
# Each checks the statements of one kind and gives the files that they account for.
STATEMENTS: Final[Mapping[str, Callable[[Case, Verdict], set[str]]]] = {
    "redo": redos_are_signed,
    "publication": publications_are_signed,
}


def paper(kind: str) -> Paper:
    """Give the kind of that name; refuses one that this version does not know."""
    found = PAPERS.get(kind)
    if found is None:
        raise Refused("paper_kind", "an unknown kind of paper: {kind}", kind=kind)
    return found
