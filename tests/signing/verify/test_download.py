"""The way to a dossier over HTTP: open to anybody, not before there is a result."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from market.app import make_app
from market.city import open_database
from market.selection.models import Round
from market.settings import Settings
from signing.dossier import layout
from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.factories.dossiers import Dossiers
from tests.factories.tampering import files_of


@pytest.fixture
async def visitor(dossiers: Dossiers) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody without a session, at the founded city."""
    settings = Settings(data=dossiers.folder / "city", demo=True, clock=dossiers.folder / "clock")
    app = make_app(settings, jobs=False)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        open_database(settings),
        httpx2.AsyncClient(transport=transport, base_url=settings.url) as client,
    ):
        yield client


async def test_anybody_may_take_it_away(
    dossiers: Dossiers, visitor: httpx2.AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("download") / "dossier.zip"
    for code in (dossiers.story["price"], dossiers.story["failed"]):
        answer = await visitor.get(f"/projects/{code}/dossier.zip")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert f'filename="{code}.zip"' in answer.headers["content-disposition"]
        path.write_bytes(answer.content)
        assert verify(path, dossiers.trust, dossiers.roots).exit_code == HOLDS


async def test_there_is_none_before_the_end(visitor: httpx2.AsyncClient) -> None:
    """A running round, an unknown project and a hostile name get the same answer."""
    running = await Round.filter(state="accepting").first()
    assert running is not None
    for code in (running.project, "DZ-2026-999999", "..", "%00", "x" * 200):
        answer = await visitor.get(f"/projects/{code}/dossier.zip")
        assert answer.status_code == 404, code


async def test_twice_the_same_but_for_the_seal(
    dossiers: Dossiers, visitor: httpx2.AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nothing in it depends on who asks or when, but the seal's own time."""
    folder = tmp_path_factory.mktemp("twice")
    found = []
    for name in ("one", "other"):
        answer = await visitor.get(f"/projects/{dossiers.story['lot']}/dossier.zip")
        (folder / name).write_bytes(answer.content)
        found.append(files_of(folder / name))
    one, other = found
    assert list(one) == list(other)
    assert {name for name in one if one[name] != other[name]} == {layout.SEAL}
