"""The demo's doors: whoever one wants to be, a clock that only goes ahead; none outside a demo."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from market.accounts.models import Session
from market.audit.models import Checkpoint, LedgerHead
from market.city import make_clock
from market.demo import actions
from market.demo.people import personas, role_of
from market.kernel.actors import Role
from market.routes import ROUTES
from market.settings import Settings
from market.web.guards import DEMO
from tests.factories.city import TestCity
from tests.factories.people import PERSONAS, carry, settle

OWN = {"sec-fetch-site": "same-origin"}
WAYS_OUT = [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    " //evil.example",
    "/ok\r\nset-cookie: a=b",
    "/\t/evil.example",
]


@pytest.fixture
async def settings(settings: Settings) -> Settings:
    settings.data.mkdir(parents=True, exist_ok=True)
    clock = settings.data / "clock"
    return Settings(data=settings.data, database=settings.database, demo=True, clock=clock)


@pytest.fixture(autouse=True)
async def people(city: TestCity, settings: Settings) -> None:
    if settings.demo:
        await settle(city, *PERSONAS)


async def become(client: httpx2.AsyncClient, persona: str, back: str = "/") -> httpx2.Response:
    data = {"persona": persona, "back": back}
    return await client.post("/demo/persona", data=data, headers=OWN)


@pytest.mark.parametrize("persona", [p for p in personas() if personas()[p] in PERSONAS])
async def test_one_becomes_whom_one_chose(client: httpx2.AsyncClient, persona: str) -> None:
    answer = await become(client, persona)
    assert answer.status_code == 303
    home = await client.get(answer.headers["location"])
    assert home.status_code == 200
    assert (await client.get("/account")).status_code == 200
    [session] = await Session.all()
    assert session.device == "demo"


async def test_another_persona_is_another_session_and_the_stranger_none(
    client: httpx2.AsyncClient,
) -> None:
    await become(client, "owner")
    first = client.cookies["session"]
    await become(client, "regulator")
    assert client.cookies["session"] != first
    assert (await client.get("/my/projects")).status_code == 403
    answer = await become(client, "stranger", "/projects?page=2")
    assert answer.headers["location"] == "/projects?page=2"
    assert "session" not in client.cookies
    assert (await client.get("/account")).status_code == 303


@pytest.mark.parametrize("persona", ["", "root", "own-0001", "Owner", "<b>", "clock", "trustee"])
async def test_nobody_else_can_be_played(client: httpx2.AsyncClient, persona: str) -> None:
    answer = await become(client, persona)
    assert answer.status_code == 400
    assert "session" not in client.cookies
    assert not await Session.exists()


@pytest.mark.parametrize("back", WAYS_OUT)
async def test_the_way_back_never_leaves_the_site(
    client: httpx2.AsyncClient, settings: Settings, back: str
) -> None:
    stranger = await become(client, "stranger", back)
    ahead = await client.post("/demo/clock", data={"seconds": "3600", "back": back}, headers=OWN)
    for answer in (stranger, ahead):
        assert answer.status_code == 303
        there = httpx2.URL(settings.url).join(answer.headers["location"])
        assert there.host == httpx2.URL(settings.url).host
        assert "set-cookie: a=b" not in answer.headers["location"]
        assert answer.headers["location"].startswith("/")


async def test_the_clock_goes_ahead_by_the_steps_and_adds_up(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    assert settings.clock is not None
    for seconds, sum_ in (("3600", 3600), ("86400", 90_000), ("259200", 349_200)):
        answer = await client.post("/demo/clock", data={"seconds": seconds}, headers=OWN)
        assert answer.status_code == 303
        assert settings.clock.read_text() == str(sum_)
    ahead = make_clock(settings)() - make_clock(Settings(data=settings.data))()
    assert 349_199 <= ahead.total_seconds() <= 349_201


@pytest.mark.parametrize(
    "seconds", ["", "0", "-3600", "3601", "1e9", "3600.0", " 3600", "３６００", "9" * 50, "nan"]
)
async def test_no_other_step_is_taken_and_none_goes_back(
    client: httpx2.AsyncClient, settings: Settings, seconds: str
) -> None:
    answer = await client.post("/demo/clock", data={"seconds": seconds}, headers=OWN)
    assert answer.status_code == 400
    assert settings.clock is not None
    assert not settings.clock.exists()


async def test_days_do_not_pass_between_an_act_and_its_witnesses(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    assert settings.clock is not None
    given = {"note": "", "lines": [], "at": make_clock(settings)(), "witnessed": True}
    await LedgerHead.filter(id=1).update(size=5)
    await Checkpoint.create(size=4, **given)
    asked = asyncio.create_task(client.post("/demo/clock", data={"seconds": "3600"}, headers=OWN))
    await asyncio.sleep(0.5)
    assert not settings.clock.exists()
    await Checkpoint.create(size=5, **given)
    assert (await asked).status_code == 303
    assert settings.clock.read_text() == "3600"


def test_a_broken_clock_file_is_the_machine_s_hour(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    settings = Settings(data=tmp_path, demo=True, clock=file)
    for text in ("", "soon", "9" * 5000):
        file.write_text(text)
        plain = make_clock(Settings(data=tmp_path))()
        assert abs((make_clock(settings)() - plain).total_seconds()) < 60


async def test_a_key_file_is_for_its_own_persona_only(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    folder = settings.data.parent / "personas"
    folder.mkdir()
    for persona in personas():
        (folder / f"{persona}.p12").write_bytes(persona.encode())
    owner, regulator = personas()["owner"], personas()["regulator"]
    assert (await client.get(f"/demo/keys/{owner}.p12")).status_code == 404
    await become(client, "owner")
    mine = await client.get(f"/demo/keys/{owner}.p12")
    assert (mine.status_code, mine.content) == (200, b"owner")
    assert mine.headers["content-type"] == "application/x-pkcs12"
    for name in (f"{regulator}.p12", owner, "../city/keys/ledger.key", f"..%2f{owner}.p12", "%00"):
        assert (await client.get(f"/demo/keys/{name}")).status_code == 404
    (folder / "owner.p12").unlink()
    assert (await client.get(f"/demo/keys/{owner}.p12")).status_code == 404


async def test_the_banner_shows_every_persona_and_the_city_s_hour(
    client: httpx2.AsyncClient,
) -> None:
    page = (await client.get("/")).text
    for persona in ("stranger", *personas()):
        assert f'value="{persona}"' in page
    assert "2026年11月23日 09:00" in page


class TestOutsideOfADemo:
    """The same doors in a city in earnest: they do not exist."""

    @pytest.fixture
    async def settings(self, settings: Settings) -> Settings:
        return Settings(data=settings.data, database=settings.database, clock=settings.clock)

    @pytest.mark.parametrize("path", sorted(r.path for r in ROUTES if r.guard is DEMO))
    async def test_every_door_is_a_404(self, client: httpx2.AsyncClient, path: str) -> None:
        there = path.replace("{person}", f"{personas()['owner']}.p12")
        assert (await client.get(there)).status_code in {404, 405}
        data = {"persona": "owner", "seconds": "3600"}
        assert (await client.post(there, data=data, headers=OWN)).status_code in {404, 405}
        assert not await Session.exists()

    async def test_the_doors_that_take_a_post_say_404(
        self, client: httpx2.AsyncClient, settings: Settings
    ) -> None:
        for path in ("/demo/persona", "/demo/clock"):
            assert (await client.post(path, data={}, headers=OWN)).status_code == 404
        assert settings.clock is not None
        assert not settings.clock.exists()
        assert "demo/persona" not in (await client.get("/")).text

    async def test_the_clock_file_is_not_read(self, settings: Settings) -> None:
        assert settings.clock is not None
        settings.clock.write_text("86400")
        plain = make_clock(Settings(data=settings.data))()
        assert abs((make_clock(settings)() - plain).total_seconds()) < 60


def test_no_persona_is_a_clock_or_a_trustee() -> None:
    assert {role_of(code) for code in personas().values()} <= set(Role) - {
        Role.CLOCK,
        Role.TRUSTEE,
        Role.ANYONE,
    }
    assert min(actions.STEPS) > 0


async def test_a_session_of_nobody_plays_nobody(client: httpx2.AsyncClient) -> None:
    carry(client, "never-given")
    assert (await client.get("/account")).status_code == 303
