"""What turns out at the opening: void applications, identities that do not hold, bad secrets.

Each is logged, and the next follows; trustees that are asked wrongly open nothing.
"""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from market.demo import authority
from market.demo.authority import Holding
from market.demo.players import publication_form, trustees_turn
from market.documents import signatures
from market.kernel.actors import NOBODY
from market.oversight.queries import rounds
from market.projects import queries as projects
from market.selection.artifacts import paper
from market.selection.deciding import freeze
from market.selection.deciding.inputs import shares_of
from market.selection.models import (
    Envelope,
    Freeze,
    Paper,
    Release,
    Round,
    Share,
    Submission,
    TrusteeAlarm,
)
from market.selection.publishing import publish
from market.selection.states import State
from signing import authority as authorities
from signing.cms.signer import Signer
from signing.core.canonical import b64, dumps, loads
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier.reader import opened
from signing.draw.contributions import OWNER, draw_commit
from signing.draw.rules import draw_id
from signing.pki.subjects import Subject
from signing.verify.attempt import attempts
from signing.verify.case import Case
from signing.verify.checks import verify
from tests.factories.openings import REGULATOR
from tests.factories.sending import Sender, payload_with
from tests.factories.serving import prepared
from tests.factories.town import FOUNDED, Town, entries, record, tags
from tests.factories.town import OWNER as OWNING

CONTROL = 12_000_000


async def upload(sender: Sender, application: bytes, identity: bytes) -> None:
    form = sender.sealed(application, identity, await sender.terms())
    answer = await sender.upload(form)
    assert answer.status_code == 201, answer.text


async def honest(sender: Sender, price: int) -> Sender:
    await sender.applied(price)
    return sender


BAD_PRICES: list[tuple[Any, str]] = [
    (CONTROL + 1, "OVER_CONTROL_PRICE"),
    (0, "BAD_PAYLOAD"),
    (-1, "BAD_PAYLOAD"),
    ("8000000", "BAD_PAYLOAD"),
    (None, "BAD_PAYLOAD"),
]


@pytest.mark.usefixtures("accepting")
async def test_prices_that_must_not_be_are_void_at_the_opening(town: Town) -> None:
    first = await prepared(town)
    about = first.about
    await honest(first, CONTROL)
    expected = ["None"]
    for n, (price, code) in enumerate(BAD_PRICES, 1):
        one = await prepared(town, n, about)
        body = loads(one.application(1))
        wrong = payload_with(body, price_fen=price)
        await upload(one, wrong, one.identity(wrong))
        expected.append(code)
    await town.turns()
    done = await town.to_reveal(about)
    assert (done.state, done.winner, done.winner_price_fen) == (
        State.REVEALED,
        first.applicant.code,
        CONTROL,
    )
    pool = loads(await paper(done.transcript_sha256))["pool"]
    assert sorted(str(row["record"]["excluded"]) for row in pool) == sorted(expected)
    ranked = loads(await paper(done.ranking_sha256))["entries"]
    assert [row["price_fen"] for row in ranked] == [CONTROL]


@pytest.mark.usefixtures("accepting")
async def test_payloads_that_are_none(town: Town) -> None:
    first = await prepared(town)
    await honest(first, CONTROL)
    thirty = b'{"v":1,"price_fen":' + b"9" * 30 + b"}"
    wrongs = [thirty, b"\xff\xfe", b"[]", b"", b'{"price_fen":1,"price_fen":2}']
    for n, wrong in enumerate(wrongs, 1):
        one = await prepared(town, n, first.about)
        await upload(one, wrong, one.identity(one.application(1)))
    await town.turns()
    done = await town.to_reveal(first.about)
    assert (done.state, done.winner) == (State.REVEALED, first.applicant.code)
    pool = loads(await paper(done.transcript_sha256))["pool"]
    codes = [row["record"]["excluded"] for row in pool]
    assert sorted(map(str, codes)) == ["BAD_PAYLOAD"] * 5 + ["None"]


@pytest.mark.usefixtures("accepting")
async def test_nobody_left_after_the_void_ones_fails_visibly(town: Town) -> None:
    first = await prepared(town)
    for n in (0, 1):
        one = first if n == 0 else await prepared(town, n, first.about)
        wrong = payload_with(loads(one.application(1)), price_fen=CONTROL + n + 1)
        await upload(one, wrong, one.identity(wrong))
    await town.turns()
    done = await town.to_reveal(first.about)
    assert (done.state, done.failure) == (State.FAILED, "NOBODY_FIT")


async def wrong_identity(sender: Sender, kind: str) -> bytes:
    """An application that would win, with an identity that does not hold."""
    town, application = sender.town, sender.application(6_000_000)
    good = loads(sender.identity(application))
    other = town.applicants[3]
    if kind == "other agency":
        identity = sender.identity(application, other.signer, code=other.code)
    elif kind == "other name":
        identity = payload_with(good, agency={**good["agency"], "name": other.name})
    elif kind == "other statement":
        identity = payload_with(good, statement=good["statement"].replace("1", "2", 1))
    elif kind == "not signed":
        identity = payload_with(good, cms_b64="AAAA")
    elif kind == "another's certificate":
        identity = sender.identity(application, other.signer)
    elif kind == "stranger's authority":
        identity = sender.identity(application, stranger(sender))
    else:
        identity = b"{}"
    await upload(sender, application, identity)
    return identity


def stranger(sender: Sender) -> Any:
    """A certificate over the right name, recorded nowhere."""
    office = authority.office(sender.town.offices / "authority", "ca_b")
    one = sender.applicant
    subject = Subject(one.name, one.name, credit_code=one.credit_code)
    begun = FOUNDED + timedelta(days=1)
    return authority.issue(office, "organisation", subject, begun).signer


@pytest.mark.usefixtures("accepting")
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("other agency", "IDENTITY_UNBOUND"),
        ("other name", "IDENTITY_UNBOUND"),
        ("empty", "IDENTITY_UNBOUND"),
        ("not signed", "SIGNATURE_BAD"),
        ("another's certificate", "SIGNATURE_BAD"),
        ("stranger's authority", "SIGNATURE_BAD"),
    ],
)
async def test_an_identity_that_does_not_hold_is_a_logged_move(
    town: Town, kind: str, cause: str
) -> None:
    cheat = await prepared(town)
    await wrong_identity(cheat, kind)
    second = await honest(await prepared(town, 1, cheat.about), 8_000_000)
    await honest(await prepared(town, 2, cheat.about), 9_000_000)
    await town.turns()
    done = await town.to_reveal(cheat.about)
    assert (done.state, done.winner) == (State.REVEALED, second.applicant.code)
    assert [row["cause"] for row in done.moves] == [cause]
    moved = [row for row in await entries(cheat.about) if row["tag"].endswith(":moved")]
    assert [row["facts"]["cause"] for row in moved] == [cause]


@pytest.mark.usefixtures("accepting")
async def test_a_certificate_that_was_revoked_before_the_reveal(town: Town, tmp_path: Path) -> None:
    town.offices = Path(shutil.copytree(town.offices, tmp_path / "offices"))
    cheat = await prepared(town)
    await cheat.applied(6_000_000)
    second = await honest(await prepared(town, 1, cheat.about), 8_000_000)
    await town.turns()
    office = authority.office(town.offices / "authority", "ca_a")
    certificate = cheat.applicant.signer.certificate
    authorities.revoke(office, certificate, town.clock(), "keyCompromise")
    town.lists_until = town.clock()
    done = await town.to_reveal(cheat.about)
    assert (done.state, done.winner) == (State.REVEALED, second.applicant.code)
    assert [row["cause"] for row in done.moves] == ["SIGNATURE_BAD"]


@pytest.mark.parametrize(("seconds", "place"), [(-1, 1), (1, 0)], ids=["expired", "canary"])
async def test_a_certificate_that_expired_between_application_and_reveal(
    town: Town, client: httpx2.AsyncClient, tmp_path: Path, seconds: int, place: int
) -> None:
    found = await town.publish(way="price")
    who, key = town.applicants[0], authorities.new_key("ec")
    office = authority.office(town.offices / "authority", "ca_a")
    subject = Subject(who.name, who.name, credit_code=who.credit_code)
    ends = found.deadline_at + timedelta(seconds=seconds)  # it is revealed just then
    short = authorities.issue(office, "organisation", subject, key.public_key(), FOUNDED, ends)
    await record(town.call(), short, who.code)
    holding = Holding(Signer(short, key, office.chain), who.name)
    town.applicants[0] = replace(who, holding=holding)
    for n, price in enumerate((6_000_000, 8_000_000)):
        await honest(await prepared(town, n, found.about), price)
    await town.turns()
    done = await town.to_reveal(found.about)
    assert (done.state, done.winner) == (State.REVEALED, town.applicants[place].code)
    assert [row["cause"] for row in done.moves] == ["SIGNATURE_BAD"] * place
    page = await client.get(f"/projects/{found.project}")
    assert (who.name in page.text) is (place == 0)
    await town.later(days=4)
    file = tmp_path / "dossier.zip"
    file.write_bytes((await client.get(f"/projects/{found.project}/dossier.zip")).content)
    faults = [fault for one in verify(file).verdicts for fault in one.faults]
    assert faults == []


@pytest.mark.usefixtures("accepting")
async def test_identities_that_all_fail_exhaust_the_round(town: Town) -> None:
    cheat = await prepared(town)
    await wrong_identity(cheat, "empty")
    again = await prepared(town, 1, cheat.about)
    await wrong_identity(again, "empty")
    await town.turns()
    done = await town.to_reveal(cheat.about)
    assert (done.state, done.failure) == (State.FAILED, "EXHAUSTED")
    card = await projects.card(done.project, NOBODY, town.clock())
    assert (card.decided_at, card.decided_fen) == (None, None)
    assert (await rounds.round_index(done.about, REGULATOR)).moves == ()


async def test_a_contributors_secret_that_does_not_fit_ends_the_round(
    town: Town, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    await town.turns()
    code = await town.ready(way="price")
    call, signer = town.call(OWNING), town.signers[OWNING.code]
    made, form = await publication_form(call, code, signer)
    meant = draw_commit(OWNER, draw_id(made.rules), sha256(b"meant")).hex()
    form = form.model_copy(update={"commit": meant})
    assert form.signed
    await publish.publish(call, code, form, await signatures.taken(call, form.signed))
    await town.turns()
    await town.apply(made.about, 8_000_000, 9_000_000)
    done = await town.to_reveal(made.about)
    assert (done.state, done.failure) == (State.FAILED, "CONTRIBUTION_BAD")
    assert (await tags(made.about))[-2:] == ["unsealed", "failed"]
    assert (await entries(made.about))[-1]["facts"] == {"reason": "CONTRIBUTION_BAD", "role": OWNER}
    for lang, who in (("zh_CN", "该随机数由业主提供"), ("en", "given by: Owner")):
        assert who in (await client.get(f"/projects/{code}?lang={lang}")).text
    file = tmp_path / "dossier.zip"
    file.write_bytes((await client.get(f"/projects/{code}/dossier.zip")).content)
    report = verify(file)
    assert report.verdicts[6].holds, report.verdicts[6].faults
    with opened(file) as archive:
        (attempt,) = attempts(Case(archive, None, None))
        attempt.must_be_at_fault(OWNER)
        for other in ("trustee:notary", "trustee:nobody", None):
            with pytest.raises(Refused, match="another one's secret"):
                attempt.must_be_at_fault(other)
    assert await town.publish_ready(await town.ready(way="price"))


async def test_a_second_freeze_is_not_to_be_had(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 8_000_000, 9_000_000)
    town.clock.now = found.deadline_at
    await freeze.close(town.call(), found.about)
    first = await town.round(found.about)
    assert first.state is State.FROZEN
    await freeze.close(town.call(), found.about)
    assert (await tags(found.about)).count("frozen") == 1
    # a platform that cheats: it goes back, forgets, and freezes again with one applicant fewer
    await Round.filter(about=found.about).update(state=State.ACCEPTING)
    await Freeze.filter(round_id=found.about).delete()
    body = loads(await paper(first.freeze_sha256))
    other = dumps({**body, "closed_at": "2026-11-23T01:00:00.000Z"})
    changed = sha256(other).hex()
    await freeze.close(town.call(), found.about)
    await Paper.create(sha256=changed, round_id=found.about, name="freeze", data=other)
    await Freeze.filter(round_id=found.about).update(sha256=changed)
    for _ in range(4):
        await trustees_turn(town.call(), town.trustees)
    assert not await Share.exists()
    assert not await Release.exists()
    codes = {one.code for one in await TrusteeAlarm.filter(about=found.about)}
    assert codes & {"second_freeze", "freeze_bytes"}, codes


async def test_a_freeze_that_omits_one_opens_nothing(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 7_000_000, 8_000_000, 9_000_000)
    unlucky = await Envelope.filter(kind="application").order_by("sha256").first()
    assert unlucky is not None
    await Submission.filter(author=unlucky.author).delete()
    await town.until(found.deadline_at)
    await town.later(minutes=6)
    done = await town.round(found.about)
    assert done.state is State.FROZEN
    assert await shares_of([unlucky.sha256]) == {}
    assert not await Share.exists()
    assert "freeze_omits" in {one.code for one in await TrusteeAlarm.all()}


@pytest.mark.usefixtures("accepting")
async def test_boxes_that_do_not_open_leave_it_out_and_the_others_go_on(town: Town) -> None:
    first = await honest(await prepared(town), 8_000_000)
    second = await prepared(town, 1, first.about)
    form = await second.honest(7_000_000)
    body = loads(form["application"].encode())
    body["key_commit"] = "0" * 64
    unsigned = {k: v for k, v in body.items() if k != "signature_b64"}
    body["signature_b64"] = b64(second.key.sign(dumps(unsigned)))
    answer = await second.upload({**form, "application": dumps(body).decode()})
    assert answer.status_code == 201
    await honest(await prepared(town, 2, first.about), 9_000_000)
    await town.turns()
    done = await town.to_reveal(first.about)
    assert (done.state, done.winner) == (State.REVEALED, first.applicant.code)
    pool = loads(await paper(done.transcript_sha256))["pool"]
    codes = sorted(str(row["record"]["excluded"]) for row in pool)
    assert codes == ["NOT_BEST", "None"]
    frozen = loads(await paper(done.freeze_sha256))
    assert [row["reason"] for row in frozen["left_out"]] == ["BOX_BAD"]
