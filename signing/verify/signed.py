"""What checks of statements have in common: fresh bytes, the logged signature, whose it is."""

from datetime import timedelta

from signing.core.canonical import JsonObject, loads, read_instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.rounds.facts import Published, Signer
from signing.rounds.ledger_view import Entry, RoundView
from signing.statements import cades
from signing.verify.case import Case
from signing.verify.faults import Verdict

FRESH = timedelta(minutes=10)


def must_be_fresh(said: JsonObject, entry: Entry) -> None:
    """Refuse a statement that was old when it was handed in, or of the future."""
    age = read_instant(entry.at) - read_instant(said["signed_at"])
    if not timedelta(0) <= age <= FRESH:
        raise Refused("signed_at", "the statement was not fresh when it was handed in")


def must_have_signed(
    case: Case, data: bytes, signer: tuple[str, Entry, Signer], say: Verdict
) -> None:
    """Refuse the signature over `data` in a file unless it is the logged one, by whom it must be.

    `signer`: the file, the entry that logs it, the organisation that the ledger names.
    """
    path, entry, who = signer
    signature = case.archive.read(path)
    if sha256(signature).hex() != who["cms_sha256"]:
        raise Refused("signature", "this is not the signature that is logged")
    found = cades.verify_of_either(data, signature, case.trust)
    if found.stamp is None or abs(found.stamp.at - read_instant(entry.at)) > FRESH:
        raise Refused("stamp_time", "the timestamp is not within ten minutes of its entry")
    if not found.holder.stands_for(who["name"], who["credit_code"]):
        raise Refused("signer", "signed with a certificate of another organisation")
    say.remark(f"{path}: {found.holder.name}, for {who['name']}")


def owner_in_need(case: Case, view: RoundView) -> str:
    """Give the owner's name in the need of a round."""
    digest = str(view.must(Published).facts.need_sha256)
    need = loads(case.archive.read(layout.by_hash("needs", digest)))
    return str(need["owner"]["name"])
