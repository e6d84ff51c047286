"""Checks 5 and 8 for further attempts: nobody tries again without the signatures it takes.

A failed round is tried again on the owner's signed reason, from the second time on on a regulator's
signature over the same bytes too (PROTOCOL.md §7). That a certificate speaks for the organisation
the ledger names is checked; that a regulator holds the office, only the platform's `by` says.
"""

from dataclasses import dataclass

from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.rounds.facts import Failed, Published, RedoAsked, Retried
from signing.rounds.ledger_view import Act, Entry, RoundView
from signing.statements import redo
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.verify.signed import must_be_fresh, must_have_signed, owner_in_need

RETRIED, ASKED = Retried.tag, RedoAsked.tag


@dataclass(frozen=True)
class Redo:
    """A further attempt by its entries: who let it begin, and where the owner asked for it."""

    about: str
    entry: Entry
    asked: Entry
    facts: Retried

    def path(self, ending: str) -> str:
        """Give the path of the statement or of a signature."""
        return layout.of_paper("statements", self.about, "redo", ending)


def redos(case: Case, project: str) -> list[Redo]:
    """Give every further attempt that was let begin; refuses entries not of their form."""
    about = f"project:{project}"
    acts = [one for one in case.entries if one.about == about and one.tag in {RETRIED, ASKED}]
    found = []
    for place, entry in enumerate(acts):
        if entry.tag != RETRIED:
            continue
        told = Retried.read(entry.facts)
        asked = entry
        if redo.needs_regulator(told.count):
            asked = acts[place - 1] if place else entry
            if asked.tag != ASKED or asked.facts != _as_asked(told):
                raise Refused("redo_asked", "the owner has not asked for what began")
        found.append(Redo(f"round:{project}/{told.attempt - 1}", entry, asked, told))
    return found


def must_be_let(case: Case, failed: Act[Failed], following: RoundView) -> None:
    """Part of check 5: refuse an attempt that nobody, or the wrong one, let begin."""
    number, begins = layout.attempt_of(following.about), following.must(Published).index
    some = [
        one
        for one in redos(case, layout.project_of(following.about))
        if failed.index < one.asked.index <= one.entry.index < begins
    ]
    if len(some) != 1:
        raise Refused("redo", "an attempt that was not asked for, or more than once")
    (one,) = some
    if (one.facts.attempt, one.facts.count) != (number, number - 1):
        raise Refused("redo", "another attempt was asked for than the one that began")
    if not redo.may_be(one.facts.reason, failed.facts.reason):
        raise Refused("redo_reason", "tried again for a failure that did not happen")
    needs = redo.needs_regulator(number - 1)
    who = [one.asked.by.partition(":")[0], one.entry.by.partition(":")[0]]
    if who != ["owner", "regulator" if needs else "owner"]:
        raise Refused("redo_by", "let begin by somebody who may not")
    if needs != (one.facts.regulator is not None):
        raise Refused("redo_regulator", "the regulator's signature is not where it must be")
    endings = (".json", ".p7s", *(["-regulator.p7s"] if needs else []))
    for path in map(one.path, endings):
        if not case.archive.has(path):
            raise Refused("redo_unsigned", "{path} is missing: a signature it takes", path=path)


def redos_are_signed(case: Case, say: Verdict) -> set[str]:
    """Part of check 8: every statement, its signers and times; gives the files they account for."""
    named: set[str] = set()
    for project in sorted({layout.project_of(view.about) for view in case.rounds}):
        with say.at(f"project:{project}"):
            for one in redos(case, project):
                named |= _is_signed(case, one, say)
    return named


def _is_signed(case: Case, one: Redo, say: Verdict) -> set[str]:
    body = one.path(".json")
    with say.at(body):
        data = case.archive.read(body)
        said = redo.read(data, one.about)
        if sha256(data).hex() != one.facts.statement or said["reason"] != one.facts.reason:
            raise Refused("statement", "this is not the statement that is logged")
        must_be_fresh(said, one.asked)
    with say.at(body):
        owner, other = one.facts.owner, one.facts.regulator
        (failed,) = (view for view in case.rounds if view.about == one.about)
        if owner_in_need(case, failed) != owner["name"]:
            raise Refused("redo_owner", "signed for another owner than the need's")
        if other and other["credit_code"] == owner["credit_code"]:
            raise Refused("redo_regulator", "the owner has agreed to its own request")
    signers = [(".p7s", one.asked, one.facts.owner)]
    if one.facts.regulator:
        signers.append(("-regulator.p7s", one.entry, one.facts.regulator))
    for ending, entry, who in signers:
        with say.at(one.path(ending)):
            signer = (one.path(ending), entry, who)
            must_have_signed(case, case.archive.read(body), signer, say)
    return {body, *(one.path(ending) for ending, _, _ in signers)}


def _as_asked(told: Retried) -> JsonObject:
    """What the owner's own entry says of a redo that a regulator has agreed to since."""
    said = told.written() | {"regulator": None}
    return {name: value for name, value in said.items() if name != "need_sha256"}
