"""Part of check 8: a publication that names its owner's signature was signed just so.

Regions decide whether owners sign; a publication without a signature rests on the ledger's `by`.
"""

from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.draw.rules import draw_id
from signing.rounds.facts import Published, Signer
from signing.rounds.ledger_view import RoundView
from signing.statements import publication
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.verify.signed import must_be_fresh, must_have_signed, owner_in_need


def publications_are_signed(case: Case, say: Verdict) -> set[str]:
    """Check every one that was signed; gives the files they account for."""
    named: set[str] = set()
    for view in case.rounds:
        told = view.must(Published).facts
        if told.statement is not None or told.owner is not None:
            body, seal = (
                layout.of_paper("statements", view.about, "publication", ending)
                for ending in (".json", ".p7s")
            )
            named |= {body, seal}
            with say.at(body):
                _is_signed(case, view, (body, seal), say)
    return named


def _is_signed(case: Case, view: RoundView, paths: tuple[str, str], say: Verdict) -> None:
    published = view.must(Published)
    told, entry = published.facts, published.entry
    if told.statement is None or told.owner is None:
        raise Refused("signature", "a publication with half a signature")
    data = case.archive.read(paths[0])
    said = publication.read(data, view.about)
    if sha256(data).hex() != told.statement:
        raise Refused("statement", "this is not the statement that is logged")
    must_be_fresh(said, entry)
    if _going(view, told.owner).statement(said["signed_at"]) != data:
        raise Refused("publication", "signed for something else than what was published")
    if owner_in_need(case, view) != told.owner["name"]:
        raise Refused("owner", "signed for another owner than the need's")
    with say.at(paths[1]):
        must_have_signed(case, data, (paths[1], entry, told.owner), say)


def _going(view: RoundView, owner: Signer) -> publication.Going:
    """What the ledger says was published."""
    published = view.must(Published)
    return publication.Going(
        about=view.about,
        need_sha256=published.facts.need_sha256,
        draw_id=draw_id(view.rules).hex(),
        opens_at=published.facts.opens_at,
        owner=owner["name"],
        credit_code=owner["credit_code"],
        by=published.by,
    )
