"""Whether an identity is that of an admitted agency, and which identities are one agency's.

The questions are those of the reveal (PROTOCOL.md §5.4): admission by the platform, commitment,
statement, CMS and certificate. Where the agency stood in the snapshot is not asked: the dossier
shows that of who was taken only. One agency is whoever shares code, credit code or certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from signing.blind_audit.messages import REPEATED
from signing.core.canonical import JsonObject, loads, unb64, unhex
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.rounds.admission import check_admission, read_identity
from signing.verify.attempt import Attempt
from signing.verify.decision import must_be_signed
from signing.verify.faults import MALFORMED

Marks = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Counted:
    """How many agencies, and {envelope: REPEATED} of those that are one agency's."""

    agencies: int
    repeated: dict[str, str]


def judged(attempt: Attempt, row: JsonObject, payload: bytes | None, at: datetime) -> Marks | str:
    """Give what marks the agency behind an accepted row, or the code of what is wrong with it."""
    if payload is None:
        return "UNREADABLE"
    application = attempt.payloads[row["application"]]
    try:
        admitted = _admission(attempt, row["author"], application)
    except (Refused, *MALFORMED):
        return "NOT_ADMITTED"
    try:
        said = read_identity(payload, application or b"", admitted)
    except Refused:
        return "UNBOUND"
    try:
        must_be_signed(attempt.case, said, at)
    except (Refused, *MALFORMED):
        return "SIGNATURE_BAD"
    agency, certificate = said["agency"], sha256(unb64(said["certificate_b64"])).hex()
    return frozenset(
        {("code", agency["code"]), ("credit", agency["credit_code"]), ("sha256", certificate)}
    )


def counted(marked: Mapping[str, Marks]) -> Counted:
    """Count the agencies behind {envelope: marks}; who shares a mark is one, over any distance."""
    groups: list[tuple[Marks, frozenset[str]]] = []
    for envelope, marks in marked.items():
        near = [one for one in groups if one[0] & marks]
        groups = [one for one in groups if one not in near]
        joined = marks.union(*(one[0] for one in near))
        groups.append((joined, frozenset({envelope}).union(*(one[1] for one in near))))
    repeated = {one: REPEATED for _, some in groups if len(some) > 1 for one in some}
    return Counted(len(groups), repeated)


def _admission(attempt: Attempt, author: str, application: bytes | None) -> JsonObject:
    platform = unhex(attempt.published["platform_key"])
    body = loads(application or b"")["admission"]
    return check_admission(platform, body, about=attempt.about, author=author)
