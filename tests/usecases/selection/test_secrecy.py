"""S1, S3: before the reveal nobody learns who applied or what it asks, whatever he holds.

Agencies stand in the public register, so a name alone says nothing: what must not exist is a link
between an agency and a round, in any encoding, in any answer, table or file.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import httpx2
import pytest

from market.accounts.jobs import keep_seen
from market.accounts.models import Session
from market.audit.models import LedgerEntry
from market.infra import db
from market.kernel.actors import Role
from market.selection.artifacts import paper
from market.selection.models import Envelope
from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.sealing import sealed
from signing.trustee import boxes
from tests.factories.people import enter
from tests.factories.sending import Sender, path_of
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

PRICE = 7_654_321
ROLES = (Role.OWNER, Role.REGULATOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
LINKS = (
    "selection_admitted",
    "selection_box_report",
    "selection_contribution",
    "selection_envelope",
    "selection_nullifier",
    "selection_round",
    "selection_submission",
    "selection_trustee_alarm",
    "selection_withdrawal",
    "idempotency_answer",
    "ledger_act",
    "ledger_entry",
)


def forms(text: str) -> Iterator[bytes]:
    """How a text may lie somewhere: encodings, escapes, transport forms, plain hashes."""
    for raw in {
        text.encode(),
        text.encode("gb18030"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
    }:
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for cut in range(3):
            coded = base64.b64encode(b"\0" * cut + raw)
            yield coded[4 if cut else 0 : -4]
        yield hashlib.sha256(raw).digest()
        yield hashlib.sha256(raw).hexdigest().encode()
    yield json.dumps(text)[1:-1].encode()
    yield quote(text).encode()
    yield "".join(f"&#{ord(c)};" for c in text).encode()
    yield "".join(f"&#x{ord(c):x};" for c in text).encode()


def found(needles: Iterable[str], hay: bytes) -> list[str]:
    """The texts that stand somewhere in these bytes."""
    return [n for n in needles if any(len(f) > 5 and f in hay for f in forms(n))]


def names_of(sender: Sender) -> list[str]:
    one = sender.applicant
    return [one.name, one.credit_code, one.actor.code]


@pytest.fixture
async def sender(town: Town, accepting: RoundAsItStands, client: httpx2.AsyncClient) -> Sender:
    """An agency that was admitted, applied, and asked for everything it may not have."""
    one = Sender(town, client, accepting.about, town.applicants[0])
    await one.applied(PRICE)
    await one.sign_in()
    again = Sender(town, client, accepting.about, one.applicant)
    assert (await again.ask()).status_code == 409
    assert (await again.upload({"application": "x", "identity": "y"})).status_code == 400
    client.cookies.clear()
    await town.turns()
    return one


def test_the_search_finds_every_form() -> None:
    name = "川东蔚衡屿水利勘测设计有限公司"
    for one in forms(name):
        assert found([name], b"some " + one + b" bytes") == [name] or len(one) <= 5
    for cut in range(3):
        coded = base64.b64encode(b"x" * cut + name.encode() + b"yy")
        assert found([name], coded) == [name]
    assert found([name], "另一家公司".encode()) == []


async def test_no_table_of_the_rounds_knows_an_agency(sender: Sender) -> None:
    for table in LINKS:
        where = "WHERE about NOT LIKE 'person:%'" if table == "ledger_entry" else ""
        query = f"SELECT * FROM {table} {where}"  # noqa: S608 - our own names
        rows = await db.connection().execute_query_dict(query)
        hay = repr(rows).encode() + "".join(map(str, rows)).encode()
        assert rows or table in {"selection_withdrawal", "selection_trustee_alarm"}, table
        assert found(names_of(sender), hay) == [], table
        assert found([sender.applicant.code], hay) == [], table


async def test_security_events_of_a_round_name_nobody(sender: Sender) -> None:
    rows = await db.connection().execute_query_dict("SELECT * FROM security_event")
    of_rounds = [row for row in rows if str(row["path"]).startswith("/api/rounds/")]
    assert len(of_rounds) == 2
    assert found([*names_of(sender), sender.applicant.code], repr(of_rounds).encode()) == []
    assert found([f"{sender.applicant.code}-clerk"], repr(rows).encode()) != [], "the canary"


async def test_when_a_session_was_used_does_not_point_at_an_admission(sender: Sender) -> None:
    sender.town.clock.forward(minutes=7, seconds=31)
    again = Sender(sender.town, sender.client, sender.about, sender.town.applicants[1])
    await again.sign_in()
    sender.town.clock.forward(minutes=1)
    assert (await again.ask()).status_code == 200
    await keep_seen(sender.town.call())
    entry = await LedgerEntry.filter(about="sealed").order_by("-index").first()
    assert entry is not None
    used = await Session.filter(grant__person__code=again.applicant.actor.code).get()
    assert used.seen_at != entry.at
    assert used.seen_at.timestamp() % 300 == 0


async def test_every_answer_to_everybody_is_silent(
    sender: Sender, client: httpx2.AsyncClient
) -> None:
    town, about = sender.town, sender.about
    project = about.removeprefix("round:").split("/")[0]
    pages = [
        f"/projects/{project}",
        f"/rounds/{project}/1/check",
        f"/log/projects/{project}",
        f"/api/projects/{project}",
        path_of(about, "terms"),
        "/log/",
        "/log/tile/entries/000.p/1",
        "/projects",
        "/projects.csv",
        "/oversight",
        f"/oversight/rounds/{project}/1",
        f"/projects/{project}/dossier.zip",
        f"/rounds/{project}/1/freeze.json",
        f"/rounds/{project}/1/draw.json",
        "/my/projects",
        "/admin/security-events",
        "/admin/system",
    ]
    hidden = [*names_of(sender)[:2], str(PRICE), f"{PRICE / 100:,.2f}", f"{PRICE / 100:.2f}"]
    spoken = 0
    for role in (None, *ROLES):
        client.cookies.clear()
        if role is not None:
            await enter(town.city, client, str(role).replace("_", "-"), role)
        for page in pages:
            if page == "/admin/security-events":
                continue
            answer = await client.get(page)
            assert answer.status_code < 500, page
            heads = repr(answer.headers).encode()
            assert found(hidden, answer.content + heads) == [], (page, role)
            spoken += answer.is_success
    assert spoken > 40


async def test_database_files_logs_and_k_minus_one_trustees_do_not_open_a_price(
    sender: Sender, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    files = [p for p in town.settings.data.rglob("*") if p.is_file()]
    assert len(files) > 5
    price = [str(PRICE), f'price_fen":{PRICE}']
    for path in files:
        assert found(price, path.read_bytes()) == [], path
    assert found(price, caplog.text.encode()) == []
    row = await Envelope.get(kind="application")
    envelope = sealed.read(bytes(row.data))
    shares = {}
    for x, trustee in enumerate(town.trustees, 1):
        share = boxes.share_of(trustee, envelope)
        assert share is not None
        shares[x] = share
    for x, share in shares.items():
        with pytest.raises(Refused, match="1 of 2 shares"):
            sealed.recover(envelope, {x: share})
    keys = [p.read_bytes() for p in (town.settings.data / "keys").iterdir()]
    assert len(keys) >= 3
    for key in keys:
        with pytest.raises(Refused):
            sealed.decrypt(envelope, key)
    payload = loads(
        sealed.decrypt(envelope, sealed.recover(envelope, {1: shares[1], 2: shares[2]}))
    )
    assert payload["price_fen"] == PRICE, "the canary: k trustees can"


async def test_after_the_reveal_the_losers_stay_unnamed(sender: Sender, town: Town) -> None:
    other = Sender(town, sender.client, sender.about, town.applicants[1])
    await other.applied(PRICE - 1)
    await town.turns()
    done = await town.to_reveal(sender.about)
    assert done.winner == other.applicant.code
    frozen = await paper(done.freeze_sha256)
    drawn = await paper(done.transcript_sha256)
    assert found(names_of(sender), frozen + drawn) == []
    for table in ("selection_opened", "selection_round", "selection_share", "selection_release"):
        rows = await db.connection().execute_query_dict(f"SELECT * FROM {table}")  # noqa: S608 - ours
        assert found(names_of(sender), repr(rows).encode()) == [], table
