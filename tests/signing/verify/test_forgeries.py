"""A platform that cheats, with every key there is: log, seal and all trustees collude.

So every signature in these archives holds, the ledger is witnessed and the manifest is sealed; what
is told is not what happened, and the numbered check that has to find it finds it. The canary: with
that check taken away, forgeries that only it can find pass.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from market.demo import authority
from market.documents import seal
from signing.core.canonical import b64, dumps, instant, loads, read_instant, unb64
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.dossier.writer import opened_file
from signing.draw import moves
from signing.pki.subjects import Subject
from signing.rounds.freeze import envelopes_root
from signing.sealing import sealed
from signing.statements import cades
from signing.verify import checks
from signing.verify.checks import CHECKS, verify
from signing.verify.report import HOLDS
from tests.factories.dossiers import Dossiers
from tests.factories.rounds import KINDS
from tests.factories.tampering import Forger

LOT, PRICE, POOL, FAILED, SHOWN = "lot", "price", "pool", "failed", "shown"


def facts(index: int, **changes: Any) -> Callable[[Forger], None]:
    def edit(forger: Forger) -> None:
        forger.log_again(index, lambda body: body["facts"].update(changes))

    return edit


def nothing(_forger: Forger) -> None:
    """Everything sealed and witnessed again, nothing changed: must hold."""


def envelope_removed(forger: Forger) -> None:
    row = forger.value(f"freeze/{forger.name}.json")["accepted"][0]
    forger.drop(layout.by_hash("envelopes", row["application"]))


def stray_envelope(forger: Forger) -> None:
    other = Forger(forger.dossiers, LOT)
    row = other.value(f"freeze/{other.name}.json")["accepted"][0]
    path = layout.by_hash("envelopes", row["application"])
    forger.files[path] = other.files[path]


def winner_changed(forger: Forger) -> None:
    def other(body: Any) -> None:
        body["taken"], body["reserves"][0] = [body["reserves"][0]], body["taken"][0]

    digest = forger.change(f"draws/{forger.name}.json", other)
    taken = forger.value(f"draws/{forger.name}.json")["taken"]
    facts(forger.index("decided"), transcript=digest, taken=taken)(forger)


def draw_swapped(forger: Forger) -> None:
    forger.change(f"draws/{forger.name}.json", lambda body: body["reserves"].reverse())


def ranking_changed(forger: Forger) -> None:
    digest = forger.change(f"ranking/{forger.name}.json", lambda body: body["entries"].reverse())
    facts(forger.index("decided"), ranking=digest)(forger)


def late_accepted(forger: Forger) -> None:
    last = max(row["index"] for row in forger.value(f"freeze/{forger.name}.json")["accepted"])
    at = forger.value(layout.entry(forger.index("published")))["facts"]["opens_at"]
    forger.log_again(last, lambda body: body.update(at=at))


def unwitnessed_accepted(forger: Forger) -> None:
    """Nobody but the platform saw the applications before the hour."""
    forger.later = 30 * 24 * 3600


def only_the_platform_saw_it(forger: Forger) -> None:
    forger.trustees = {"platform": forger.trustees["platform"]}


def left_out(forger: Forger) -> None:
    """An applicant is pushed out of the freeze for a reason that is not so."""

    def push(body: Any) -> None:
        row = body["accepted"].pop()
        pair = [row["application"], row["identity"]]
        out = {"envelopes": pair, "index": row["index"], "salt": row["salt"]}
        body["left_out"].append({**out, "reason": "BOX_BAD", "evidence": None})
        body["envelopes_root"] = envelopes_root(body["accepted"], KINDS).hex()

    digest = forger.change(f"freeze/{forger.name}.json", push)
    root = forger.value(f"freeze/{forger.name}.json")["envelopes_root"]
    facts(forger.index("frozen"), sha256=digest, root=root)(forger)


def reports_dropped(forger: Forger) -> None:
    row = forger.value(f"freeze/{forger.name}.json")["accepted"][0]
    forger.change(
        f"reports/{forger.name}.json",
        lambda rows: [one for one in rows if one["envelope"] != row["application"]],
    )


def bad_box_hidden(forger: Forger) -> None:
    """A trustee said its box is bad; the envelope was accepted all the same."""
    row = forger.value(f"freeze/{forger.name}.json")["accepted"][0]

    def speak(rows: Any) -> None:
        for place, one in enumerate(rows):
            if (one["envelope"], one["trustee"]) == (row["identity"], "notary"):
                rows[place] = forger.signed_by("notary", one | {"ok": False})

    forger.change(f"reports/{forger.name}.json", speak)


def report_forged(forger: Forger) -> None:
    forger.change(f"reports/{forger.name}.json", lambda rows: rows[0].update(ok=not rows[0]["ok"]))


def frozen_twice(forger: Forger) -> None:
    again = forger.value(layout.entry(forger.index("frozen")))["facts"]
    forger.put(_later(forger), "frozen", again)


def frozen_early(forger: Forger) -> None:
    hour = read_instant(forger.value(layout.entry(forger.index("published")))["facts"]["opens_at"])
    early = instant(hour.replace(hour=hour.hour - 1))
    forger.log_again(forger.index("frozen"), lambda body: body.update(at=early))


def freeze_unwitnessed(forger: Forger) -> None:
    """No tree between freeze and first share: nobody saw the list before it was opened."""
    frozen = forger.index("frozen")
    released = forger.index("released")
    forger.change(
        layout.HISTORY,
        lambda rows: [
            row for row in rows if not frozen < int(row["checkpoint"].split("\n")[1]) <= released
        ],
    )


def contributed_late(forger: Forger) -> None:
    """Applications were open before the last contributor had committed."""
    last, accepting = forger.index("contributed", -1), forger.index("accepting")
    one, other = forger.value(layout.entry(last)), forger.value(layout.entry(accepting))
    one["prev"], other["prev"] = last, one["prev"]
    for index, body in ((last, other), (accepting, one)):
        forger.log_again(index, lambda _, body=body: body)


def gap(forger: Forger) -> None:
    forger.drop(layout.entry(forger.index("contributed", 1)))


def act_hidden(forger: Forger) -> None:
    """That the round was concluded is left out, between two entries that are there."""
    forger.drop(layout.entry(forger.index("concluded")))


def blind_entry_added(forger: Forger) -> None:
    """A blind entry of another round among those of this one."""
    path = next(name for name in Forger(forger.dossiers, PRICE).files if _is_blind(forger, name))
    forger.files[path] = forger.ledger[layout.index_in(path) or 0]


def _is_blind(forger: Forger, name: str) -> bool:
    index = layout.index_in(name)
    return (
        index is not None
        and name not in forger.files
        and loads(forger.ledger[index])["about"] == "sealed"
    )


def loser_opened(forger: Forger) -> None:
    """All trustees give their shares of an identity that nobody was to see."""
    taken = forger.value(layout.entry(forger.index("revealed")))["facts"]["identity"]
    rows = forger.value(f"freeze/{forger.name}.json")["accepted"]
    name = next(row["identity"] for row in rows if row["identity"] != taken)
    envelope = sealed.read(forger.files[layout.by_hash("envelopes", name)])
    owners = enumerate(forger.trustees.values(), 1)
    shares = {x: sealed.open_box(envelope, x, own.hpke) for x, own in owners}
    payload = sealed.decrypt(envelope, sealed.recover(envelope, shares))
    path = layout.by_hash("opened", name)
    forger.files[path] = opened_file(name, shares.items(), b64(payload))


def content_changed(forger: Forger) -> None:
    """Another price is said to have been in an envelope."""
    row = forger.value(f"freeze/{forger.name}.json")["accepted"][0]

    def cheaper(body: Any) -> None:
        plain = loads(unb64(body["payload_b64"]))
        body["payload_b64"] = b64(dumps(plain | {"price_fen": 1}))

    forger.change(layout.by_hash("opened", row["application"]), cheaper)


def said_unreadable(forger: Forger) -> None:
    row = forger.value(f"freeze/{forger.name}.json")["accepted"][0]
    path = layout.by_hash("opened", row["application"])
    forger.change(path, lambda body: body.update(payload_b64=None))


def release_of_another_freeze(forger: Forger) -> None:
    def again(rows: Any) -> None:
        body = rows[0] | {"tree_size": rows[0]["freeze_index"]}
        rows[0] = forger.signed_by(body["trustee"], body)

    before = sha256(dumps(forger.value(f"releases/{forger.name}.json")[0])).hex()
    forger.change(f"releases/{forger.name}.json", again)
    after = sha256(dumps(forger.value(f"releases/{forger.name}.json")[0])).hex()
    index = next(
        index
        for index in forger.indexes
        if forger.value(layout.entry(index))["facts"].get("sha256") == before
    )
    facts(index, sha256=after)(forger)


def salt_key_changed(forger: Forger) -> None:
    facts(forger.index("decided"), salt_key=bytes(32).hex())(forger)


def price_shown_differs(forger: Forger) -> None:
    facts(forger.index("revealed"), price_fen=1)(forger)


def somebody_else_shown(forger: Forger) -> None:
    agency = {"code": "ag-9999", "name": "别人", "credit_code": "91511799MA00000000"}
    facts(forger.index("revealed"), agency=agency)(forger)


def standing_changed(forger: Forger) -> None:
    def better(body: Any) -> None:
        body["facts"]["standing"]["record"]["qualified"] = False

    forger.log_again(forger.index("revealed"), better)


def moved_without_reason(forger: Forger) -> None:
    """Who was taken is said to have signed badly, and the next comes up."""
    shown = forger.value(layout.entry(forger.index("revealed")))["facts"]
    row = {"leaf": shown["leaf"], "cause": "SIGNATURE_BAD", "evidence": shown["identity"]}
    forger.put(_later(forger), "moved", row)
    forger.files[f"draws/{forger.name}.moves.json"] = moves.moves([row])


def moved_over_a_good_standing(forger: Forger) -> None:
    """Said to be not qualified, although the snapshot shows it was."""
    shown = forger.value(layout.entry(forger.index("revealed")))["facts"]
    row = {"leaf": shown["leaf"], "cause": "NOT_QUALIFIED", "evidence": shown["identity"]}
    forger.put(_later(forger), "moved", row | {"standing": shown["standing"]})
    forger.files[f"draws/{forger.name}.moves.json"] = moves.moves([row])


def moved_over_no_standing(forger: Forger) -> None:
    """The same, without showing anything."""
    moved_over_a_good_standing(forger)
    forger.log_again(forger.index("moved"), lambda body: body["facts"].pop("standing") and body)


def moves_hidden(forger: Forger) -> None:
    moved_without_reason(forger)
    forger.drop(f"draws/{forger.name}.moves.json")


def need_exchanged(forger: Forger) -> None:
    path = next(name for name in forger.files if name.startswith("needs/"))
    forger.change(path, lambda body: body.update(service_days=1))


def result_called_failure(forger: Forger) -> None:
    """The draw took somebody; the ledger says that nobody fitted."""
    index = forger.index("decided")
    for one in [one for one in forger.indexes if one > index]:
        if forger.value(layout.entry(one))["about"] == forger.about:
            forger.drop(layout.entry(one))
    forger.log_again(
        index,
        lambda body: body.update(tag="selection:round:failed", facts={"reason": "NOBODY_FIT"}),
    )
    bodies = forger.value(f"releases/{forger.name}.json")
    forger.files[f"releases/{forger.name}.json"] = dumps(
        [body for body in bodies if body["what"] == "application"]
    )
    after = ("draws/", "ranking/", "papers/", f"statements/{forger.name}-notice.")
    for name in [name for name in forger.files if name.startswith(after)]:
        forger.drop(name)
    names = {row["identity"] for row in forger.value(f"freeze/{forger.name}.json")["accepted"]}
    for path in [layout.by_hash("opened", name) for name in names]:
        forger.files.pop(path, None)


def statement_by_another(forger: Forger) -> None:
    """The notice is signed, but the file tells of another agency."""
    path = f"statements/{forger.name}-notice.json"
    digest = forger.change(path, lambda body: body["agency"].update(name="别人"))
    for tag in ("documents:paper:ordered", "documents:paper:signed"):
        facts(forger.index(tag), data_sha256=digest)(forger)


def paper_of_another(forger: Forger) -> None:
    other = Forger(forger.dossiers, PRICE)
    pdf = other.files[f"papers/{other.name}-notice.pdf"]
    forger.files[f"papers/{forger.name}-notice.pdf"] = pdf
    facts(forger.index("documents:paper:signed"), sha256=sha256(pdf).hex())(forger)


def other_trustees(forger: Forger) -> None:
    def swap(body: Any) -> None:
        body["facts"]["trustees"].reverse()

    forger.log_again(forger.index("published"), swap)


def notice_by_an_agency(forger: Forger) -> None:
    """A good signature by an organisation that has no business to sign notices."""
    office = authority.office(forger.dossiers.folder / "authority", "ca_a")
    subject = Subject("某机构", "某机构", credit_code="91511799MA1U0GM26M")
    entry = forger.value(layout.entry(forger.index("documents:paper:signed")))
    at = read_instant(entry["at"])
    own = authority.issue(office, "organisation", subject, at - timedelta(days=1)).signer
    path = f"statements/{forger.name}-notice"
    home = forger.dossiers.folder / "city" / "seal"
    stamper = seal.stamper(home, "", lambda: at)
    forger.files[f"{path}.p7s"] = cades.sign_and_stamp(
        forger.files[f"{path}.json"], own, at, stamper
    )


def notice_stamped_later(forger: Forger) -> None:
    path = f"statements/{forger.name}-notice"
    own, at = forger.dossiers.seal, forger.dossiers.clock()
    signature = cades.sign_and_stamp(forger.files[f"{path}.json"], own, at, forger.dossiers.stamper)
    forger.files[f"{path}.p7s"] = signature


def _later(forger: Forger) -> int:
    """The index of a foreign entry behind everything of this round."""
    last = forger.index_of_last()
    return next(
        index
        for index in range(last + 1, len(forger.ledger))
        if not loads(forger.ledger[index])["about"].startswith(("sealed", forger.about))
    )


def attachment_of(forger: Forger) -> str:
    return next(path for path in forger.files if path.startswith(layout.ATTACHMENTS))


def attachment_exchanged(forger: Forger) -> None:
    forger.files[attachment_of(forger)] += b" "


def attachment_withheld(forger: Forger) -> None:
    forger.drop(attachment_of(forger))


def attachment_slipped_in(forger: Forger) -> None:
    data = b"%PDF-1.7 never announced"
    forger.files[layout.attachment(sha256(data).hex(), "pdf")] = data


# name of the project, what is done, the checks that must find it (the first one above all)
CASES = [
    (PRICE, envelope_removed, 6),
    (PRICE, stray_envelope, 6),
    (LOT, winner_changed, 7),
    (LOT, draw_swapped, 7),
    (LOT, only_the_platform_saw_it, 3),
    (LOT, act_hidden, 4),
    (PRICE, ranking_changed, 7),
    (PRICE, late_accepted, 6),
    (PRICE, unwitnessed_accepted, 6),
    (LOT, left_out, 6),
    (LOT, reports_dropped, 6),
    (LOT, bad_box_hidden, 6),
    (LOT, report_forged, 6),
    (SHOWN, frozen_twice, 5),
    (LOT, frozen_early, 5),
    (LOT, freeze_unwitnessed, 5),
    (LOT, contributed_late, 5),
    (LOT, gap, 4),
    (LOT, blind_entry_added, 4),
    (LOT, loser_opened, 6),
    (PRICE, content_changed, 6),
    (PRICE, said_unreadable, 6),
    (PRICE, release_of_another_freeze, 6),
    (POOL, salt_key_changed, 7),
    (PRICE, price_shown_differs, 10),
    (PRICE, somebody_else_shown, 11),
    (POOL, somebody_else_shown, 11),
    (LOT, standing_changed, 11),
    (SHOWN, moved_without_reason, 11),
    (SHOWN, moved_over_a_good_standing, 11),
    (SHOWN, moved_over_no_standing, 11),
    (SHOWN, moves_hidden, 7),
    (LOT, need_exchanged, 11),
    (LOT, attachment_exchanged, 11),
    (LOT, attachment_withheld, 11),
    (LOT, attachment_slipped_in, 11),
    (LOT, result_called_failure, 7),
    (LOT, statement_by_another, 8),
    (LOT, notice_by_an_agency, 8),
    (LOT, notice_stamped_later, 8),
    (LOT, paper_of_another, 12),
    (LOT, other_trustees, 6),
]


@pytest.mark.parametrize("kind", [LOT, PRICE, POOL, FAILED, SHOWN, "moved"])
def test_the_forger_changes_nothing_by_itself(
    dossiers: Dossiers, tmp_path: Path, kind: str
) -> None:
    path = Forger(dossiers, kind).sealed(tmp_path / "x.zip")
    report = verify(path, dossiers.trust, dossiers.roots)
    assert [verdict.faults for verdict in report.verdicts if not verdict.holds] == []


@pytest.mark.parametrize(("kind", "forge", "number"), CASES)
def test_every_forgery_is_found_by_its_check(
    dossiers: Dossiers,
    tmp_path: Path,
    kind: str,
    forge: Callable[[Forger], None],
    number: int,
) -> None:
    forger = Forger(dossiers, kind)
    forge(forger)
    report = verify(forger.sealed(tmp_path / "x.zip"), dossiers.trust, dossiers.roots)
    assert number in report.failed
    places = {fault.place for fault in report.verdicts[number - 1].faults}
    assert all("/" in place or place in forger.files for place in places)


CANARIES = [
    (FAILED, only_the_platform_saw_it, 3),
    (LOT, frozen_early, 5),
    (LOT, freeze_unwitnessed, 5),
    (LOT, act_hidden, 4),
    (LOT, blind_entry_added, 4),
    (LOT, reports_dropped, 6),
    (LOT, loser_opened, 6),
    (POOL, salt_key_changed, 7),
    (SHOWN, moved_without_reason, 11),
    (LOT, need_exchanged, 11),
    (LOT, result_called_failure, 7),
    (LOT, notice_by_an_agency, 8),
    (LOT, paper_of_another, 12),
]


@pytest.mark.parametrize(("kind", "forge", "number"), CANARIES)
def test_without_its_check_a_forgery_passes(
    dossiers: Dossiers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    forge: Callable[[Forger], None],
    number: int,
) -> None:
    forger = Forger(dossiers, kind)
    forge(forger)
    path = forger.sealed(tmp_path / "x.zip")
    assert verify(path, dossiers.trust, dossiers.roots).failed == [number]
    rest = tuple(check for check in CHECKS if check.number != number)
    monkeypatch.setattr(checks, "CHECKS", rest)
    assert verify(path, dossiers.trust, dossiers.roots).exit_code == HOLDS


def test_the_platforms_own_line_must_hold_too(dossiers: Dossiers, tmp_path: Path) -> None:
    """It never counts for the quorum, and is checked all the same."""
    forger = Forger(dossiers, FAILED)
    head, mark, rest = forger.files[layout.CHECKPOINT].rpartition(b"/platform ")
    wrong = rest[:30] + (b"A" if rest[30:31] != b"A" else b"B") + rest[31:]
    forger.files[layout.CHECKPOINT] = head + mark + wrong
    path = forger.sealed(tmp_path / "x.zip", ledger=False)
    assert verify(path, dossiers.trust, dossiers.roots).failed == [3]
