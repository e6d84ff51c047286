"""What an earlier version left is opened, read, lived on in and verified by this one."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from market.app import make_app
from market.audit.models import Checkpoint
from market.audit.publish import witnessed_by
from market.demo.players import apply_sealed
from market.documents.models import PaperState, SignedPaper
from market.dossiers import archive
from market.selection.models import Submission
from market.selection.states import State
from signing.log import checkpoint, note
from signing.verify.checks import verify
from signing.verify.report import FAILS, HOLDS
from tests.factories.releases import Reopened, reopened, unpacked

pytestmark = pytest.mark.on_sqlite
KEPT = ("concluded", "moved", "failed")


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[Reopened]:
    async with reopened(tmp_path / "then") as found:
        yield found


@pytest.mark.parametrize("name", KEPT)
def test_a_dossier_of_then_verifies_and_its_forgery_does_not(tmp_path: Path, name: str) -> None:
    folder = unpacked("city", tmp_path) / "dossiers"
    trust, dossier = (folder / "trust.json").read_bytes(), folder / f"{name}.zip"
    report = verify(dossier, trust)
    assert (report.exit_code, report.keys_anchored) == (HOLDS, True), [*report.lines()]
    other = trust.replace(b'"k":2', b'"k":3')
    assert verify(dossier, other).exit_code == FAILS


async def test_its_pages_answer(city: Reopened) -> None:
    transport = httpx2.ASGITransport(app=city.town.city.app, raise_app_exceptions=False)
    codes = sorted({city.code(kind) for kind in city.rounds})
    paper = await SignedPaper.get()
    addresses = [
        "/",
        "/projects",
        "/agencies",
        "/agencies/ag-0001",
        "/items",
        "/log/",
        "/oversight",
    ]
    addresses += [f"{above}/{code}" for code in codes for above in ("/projects", "/log/projects")]
    addresses += [f"/documents/{paper.code}", f"/documents/{paper.code}/paper.pdf"]
    base = city.town.settings.url
    async with httpx2.AsyncClient(transport=transport, base_url=base) as browser:
        answers = {one: (await browser.get(one)).status_code for one in addresses}
        found = await browser.get("/projects", params={"q": "水土保持"})
    assert {one: status for one, status in answers.items() if status != 200} == {}
    assert all(code in found.text for code in codes)


async def test_a_start_dates_what_the_quorum_had_seen(tmp_path: Path) -> None:
    async with reopened(tmp_path / "then") as city:
        town = city.town
        witnessed = Checkpoint.filter(witnessed=True)
        undated = await witnessed.filter(quorum_at=None).count()
        assert undated == await witnessed.count() > 10
    app = make_app(town.settings, town.clock, jobs=False)
    async with app.router.lifespan_context(app):
        rows = await Checkpoint.filter(witnessed=True).order_by("size")
        witnesses = town.city.tools.anchors.witnesses
        for row in rows:
            assert row.quorum_at == checkpoint.quorum_at(note.parse(row.note), witnesses)
            assert row.quorum_at is not None
        last = datetime.fromtimestamp(max(row.quorum_at for row in rows), UTC)
        assert (await witnessed_by(last)) == rows[-1]
        assert await witnessed_by(last - timedelta(days=3650)) is None


async def test_its_rounds_go_on_to_their_end_and_verify(city: Reopened, tmp_path: Path) -> None:
    town, about = city.town, city.rounds["accepting"]
    before = _entries(unpacked("city", tmp_path / "before") / "city" / "market.sqlite")
    third = town.applicants[2]
    await apply_sealed(town.call(third.actor), about, third.signer, None)
    await town.turns()
    assert await Submission.filter(round_id=about).count() == 3
    found = await town.to_reveal(about)
    assert found.state is State.REVEALED
    assert found.winner in {one.code for one in town.applicants[:3]}
    await town.later(days=4)
    assert {(await town.round(one)).state for one in city.rounds.values()} == {
        State.CONCLUDED,
        State.FAILED,
    }
    papers = await SignedPaper.all()
    assert [one.state for one in papers] == [PaperState.SIGNED] * 4
    assert _entries(town.settings.data / "market.sqlite")[: len(before)] == before
    for code in sorted({city.code(kind) for kind in city.rounds}):
        path = tmp_path / f"{code}.zip"
        with path.open("wb") as file:
            async for piece in archive.stream(town.city.tools, await archive.contents(code)):
                file.write(piece)
        report = verify(path, town.city.tools.anchors.data)
        assert report.exit_code == HOLDS, [*report.lines()]


def _entries(database: Path) -> list[tuple[bytes]]:
    with sqlite3.connect(database) as raw:
        found: list[tuple[bytes]] = raw.execute(
            'SELECT data FROM ledger_entry ORDER BY "index"'
        ).fetchall()
    raw.close()
    return found
