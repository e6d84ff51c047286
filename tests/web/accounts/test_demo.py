import httpx2
import pytest

from market.settings import Settings
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import settle, sign_in


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, demo=True)


async def test_a_demo_says_its_password_and_asks_for_no_second_factor(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await settle(city, "regulator")
    page = await client.get("/sign-in")
    assert "Mingxuan-2026" in page.text
    assert "演示环境不强制第二重验证" in page.text
    assert (await sign_in(client, "regulator")).headers["location"] == "/desk"


async def test_nobody_is_signed_out_by_a_jump_of_the_clock(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await settle(city, "regulator")
    await sign_in(client, "regulator")
    for _ in range(10):
        clock.forward(days=3)
        assert (await client.get("/account")).status_code == 200
