"""Check 11: decision, identity, standing, need and notice tell one story (PROTOCOL.md §5.4).

An identity counts when it binds to the admission, when its statement is signed with a certificate
of just this agency that counted then, and when the snapshot of the freeze shows it qualified. Who
was passed over must have given the reason that is stated. That a name is registered is not asked.
"""

from datetime import datetime

from signing.core.canonical import Json, JsonObject, dumps, loads, read_instant, unb64, unhex
from signing.core.errors import Refused
from signing.core.facts import Facts
from signing.core.hashing import sha256
from signing.core.shape import must_have
from signing.dossier import layout
from signing.draw.pool import position_code
from signing.pki.trust_files import dumped, read_certificate
from signing.rounds import facts, standing
from signing.rounds.admission import agency_commit, read_identity
from signing.rounds.ledger_view import Act
from signing.statements import cades
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.ways.way import Way

_IDENTITY_CAUSES = {"IDENTITY_UNREADABLE", "IDENTITY_UNBOUND", "SIGNATURE_BAD"}
_STANDING_CAUSES = {"NOT_QUALIFIED", "AVOIDED"}


def results_agree(case: Case, say: Verdict) -> None:
    """Check 11 for every round."""
    for attempt in attempts(case):
        view = attempt.view
        published = view.must(facts.Published)
        with say.at(layout.entry(published.index)):
            _need(attempt, published)
        for revealed in view.all(facts.Revealed):
            with say.at(layout.entry(revealed.index)):
                _revealed(attempt, revealed, say)
        for moved in view.all(facts.Moved):
            with say.at(layout.entry(moved.index)):
                _moved(attempt, moved, say)
        for concluded in view.all(facts.Concluded):
            with say.at(layout.entry(concluded.index)):
                shown = view.all(facts.Revealed)[-1].facts
                if concluded.facts.winner != shown.agency["code"]:
                    raise Refused("winner", "concluded with another winner than was shown")
    for path in case.archive.below("needs/"):
        name = path.removeprefix("needs/").removesuffix(".json")
        named = {one.published.get("need_sha256") for one in case.rounds}
        say.must(name in named, path, "stray", "no publication names this need")


def _need(attempt: Attempt, published: Act[facts.Published]) -> None:
    """The need whose hash was published, checked before, and at the price that was published."""
    case, digest = attempt.case, published.facts.need_sha256
    path = layout.by_hash("needs", digest)
    data = case.archive.read(path)
    if sha256(data).hex() != digest:
        raise Refused("need", "the need in the dossier is not the one whose hash was published")
    need = loads(data)
    project = layout.project_of(attempt.about)
    ready = [
        one.facts.get("need_sha256")
        for one in case.entries
        if (one.about, one.tag) == (f"project:{project}", "project:ready")
        and one.index < published.index
    ]
    if not ready or ready[-1] != digest:
        raise Refused("need", "another need was checked than was published")
    told, said = published.facts, (need["project"], need["way"], need["pool"])
    most = need["control_price_fen"] if attempt.way.priced else None
    _must_be_terms(attempt.way, need.get("way_terms"))
    terms = [project, told.way, told.pool, told.control_price_fen, told.way_terms]
    if dumps([*said, most, need.get("way_terms")]) != dumps(terms):
        raise Refused("need", "the need and the publication do not agree")


def _must_be_terms(way: Way, terms: Json) -> None:
    if terms is None and (way.terms is None or way.may_be_silent):
        return
    if way.terms is None:
        raise Refused("need", "a way that asks nothing has an answer in the need")
    must_have("way_terms", terms, way.terms)


def _revealed(attempt: Attempt, entry: Act[facts.Revealed], say: Verdict) -> None:
    told = entry.facts
    leaf = unhex(told.leaf)
    if attempt.standings(entry.index).taken != [leaf]:
        raise Refused("leaf", "somebody was shown who is not the one taken")
    agency, record = told.agency, attempt.record(told.leaf)
    if attempt.applied_for:
        said = _identified(attempt, record, entry)
        if said["agency"] != agency or said["salt"] != told.agency_salt:
            raise Refused("agency", "another agency was shown than the identity names")
        if told.identity != record["identity"]:
            raise Refused("identity", "another identity than the one of who was taken")
        _in_standing(attempt, told.standing, agency["code"])
    elif agency_commit(unhex(told.agency_salt), agency["code"]) != record["agency_commit"]:
        raise Refused("agency", "another agency was shown than the pool committed to")
    code = position_code(attempt.transcript[1].pool.position(leaf))
    say.remark(f"{attempt.about}: {code}, {agency['name']}")


def _identified(attempt: Attempt, record: JsonObject, entry: Act[Facts]) -> JsonObject:
    """Give the identity if it is bound and signed; refuses with what is wrong with it."""
    payload = attempt.case.opened(record["identity"]).payload
    application = attempt.payloads[record["application"]]
    if payload is None or application is None:
        raise Refused("identity_unreadable", "the identity does not open")
    said = read_identity(payload, application, loads(application)["admission"])
    must_be_signed(attempt.case, said, read_instant(entry.at))
    return said


def must_be_signed(case: Case, said: JsonObject, at: datetime) -> None:
    """Refuse an identity whose statement its own agency's certificate, good `at`, did not sign."""
    certificate = read_certificate(unb64(said["certificate_b64"]))
    statement, signature = said["statement"].encode(), unb64(said["cms_b64"])
    signed = cades.accept_of_either(statement, signature, case.trust, at)
    if signed.holder.sha256 != sha256(dumped(certificate)).hex():
        raise Refused("certificate", "signed with another certificate than is enclosed")
    if not signed.holder.stands_for(said["agency"]["name"], said["agency"]["credit_code"]):
        raise Refused("certificate", "the certificate is not the agency's")


def _in_standing(attempt: Attempt, shown: Json, code: str) -> None:
    root = unhex(attempt.freeze["standing_root"])
    record = standing.check(root, shown, code)
    if not record["qualified"] or record["avoided"]:
        raise Refused("standing", "who was shown was not qualified, or had to stay out")


def _moved(attempt: Attempt, entry: Act[facts.Moved], say: Verdict) -> None:
    """Nobody falls away for a reason that the dossier refutes."""
    cause, record = entry.facts.cause, attempt.record(entry.facts.leaf)
    if not attempt.applied_for:
        return
    if cause in _IDENTITY_CAUSES:
        try:
            _identified(attempt, record, entry)
        except Refused as refusal:
            say.remark(f"{attempt.about}: {cause} holds: {refusal}")
            return
        raise Refused("move", "fell away although the identity holds")
    if cause in _STANDING_CAUSES:
        said = _identified(attempt, record, entry)
        if entry.facts.standing is None:
            raise Refused("move", "fell away over its standing, which is not shown")
        root = unhex(attempt.freeze["standing_root"])
        shown = standing.check(root, entry.facts.standing, said["agency"]["code"])
        if shown["qualified"] and not shown["avoided"]:
            raise Refused("move", "fell away although the snapshot shows it fit")


def must_be_the_notice(attempt: Attempt, body: JsonObject) -> None:
    """Refuse a notice that tells another story than the ledger."""
    view = attempt.view
    shown = view.all(facts.Revealed)[-1]
    published, decided = view.must(facts.Published).facts, view.must(facts.Decided)
    told: JsonObject = {
        "kind": "selection_notice",
        "about": attempt.about,
        "project": layout.project_of(attempt.about),
        "way": published.way,
        "pool": published.pool,
        "agency": shown.facts.agency,
        "price_fen": shown.facts.price_fen,
        "transcript_sha256": decided.facts.transcript,
        "decided_at": decided.at,
        "published_from_at": shown.at,
    }
    need = attempt.case.json(layout.by_hash("needs", published.need_sha256))
    told |= {
        "title": need["title"],
        "owner": need["owner"]["name"],
        "control_price_fen": need["control_price_fen"],
    }
    if body["v"] > 1:
        told["way_terms"] = published.way_terms
        _must_be_called(need["contact"], body["owner_contact"])
    for key, value in told.items():
        if dumps(body[key]) != dumps(value):
            raise Refused("notice", "the notice says another {key}", key=key)


def _must_be_called(promised: JsonObject, said: JsonObject) -> None:
    """Refuse another contact than the need shows, masked unless the need says it is told whole."""
    whole = promised.get("notice") == "whole"
    for key, value in said.items():
        shown = promised[key]
        same = value == shown or (whole and _is_behind(shown, value))
        if not same:
            raise Refused("notice", "the notice says another {key}", key=f"owner_contact.{key}")


def _is_behind(mask: str, text: str) -> bool:
    """Tell whether a mask with asterisks is that of a text."""
    pairs = zip(mask, text, strict=False)
    return len(mask) == len(text) and all(shown in ("*", one) for shown, one in pairs)
