import re
from datetime import timedelta
from html import unescape

import httpx2
import pyotp
import pytest

from market.kernel.actors import Role
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.dump import dumped
from tests.factories.people import alert, enter, post, seconded, settle, sign_in


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "regulator", "department", "security-admin", "audit-admin")


def secret_of(page: str) -> str:
    found = re.search(r'<code class="code">([A-Z2-7]{32})</code>', page)
    assert found
    return found[1]


def codes_of(page: str) -> list[str]:
    return [
        unescape(c) for c in re.findall(r"<li><code class=\"code\">([A-Z2-7-]{19})</code>", page)
    ]


async def send(client: httpx2.AsyncClient, path: str, **data: str) -> httpx2.Response:
    return await client.post(path, data=data, headers={"sec-fetch-site": "same-origin"})


async def enrol(client: httpx2.AsyncClient, clock: FakeClock) -> tuple[pyotp.TOTP, list[str]]:
    """The first sign-in of a regulator, to its end."""
    assert (await sign_in(client, "regulator")).headers["location"] == "/sign-in/enrol"
    device = pyotp.TOTP(secret_of((await client.get("/sign-in/enrol")).text))
    done = await send(client, "/sign-in/enrol", code=device.at(clock()))
    assert done.status_code == 200
    return device, codes_of(done.text)


async def test_a_role_that_must_have_it_enrols_before_it_signs_in(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await sign_in(client, "regulator")
    assert (await client.get("/account")).status_code == 303
    page = await client.get("/sign-in/enrol")
    assert 'src="data:image/svg+xml' in page.text
    wrong = await send(client, "/sign-in/enrol", code="000000")
    assert wrong.status_code == 422
    assert secret_of(wrong.text) == secret_of(page.text)
    assert (await client.get("/account")).status_code == 303
    device = pyotp.TOTP(secret_of(page.text))
    done = await send(client, "/sign-in/enrol", code=device.at(clock()))
    assert len(codes_of(done.text)) == 10
    assert 'href="/desk"' in done.text
    assert (await client.get("/account")).status_code == 200


async def test_from_then_on_the_password_alone_opens_nothing(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    device, _ = await enrol(client, clock)
    client.cookies.clear()
    assert (await sign_in(client, "regulator")).headers["location"] == "/sign-in/second-factor"
    for path in ("/account", "/admin", "/sign-in/role", "/sign-in/enrol"):
        assert (await client.get(path)).status_code == 303
    assert "session" not in client.cookies
    clock.forward(seconds=30)
    done = await send(client, "/sign-in/second-factor", code=device.at(clock()))
    assert done.headers["location"] == "/desk"
    assert (await client.get("/account")).status_code == 200


async def test_the_code_that_enrolled_and_the_code_that_signed_in_are_spent(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    device, _ = await enrol(client, clock)
    client.cookies.clear()
    await sign_in(client, "regulator")
    replay = await send(client, "/sign-in/second-factor", code=device.at(clock()))
    assert replay.status_code == 422
    assert alert(replay.text) == "验证码不对，或者已经用过。请等验证器显示下一个验证码再试。"
    clock.forward(seconds=30)
    code = device.at(clock())
    assert (await send(client, "/sign-in/second-factor", code=code)).status_code == 303
    client.cookies.clear()
    await sign_in(client, "regulator")
    assert (await send(client, "/sign-in/second-factor", code=code)).status_code == 422
    earlier = device.at(clock() - timedelta(seconds=30))
    assert (await send(client, "/sign-in/second-factor", code=earlier)).status_code == 422


async def test_a_recovery_code_stands_in_once(client: httpx2.AsyncClient, clock: FakeClock) -> None:
    _, codes = await enrol(client, clock)
    client.cookies.clear()
    await sign_in(client, "regulator")
    spoken = codes[4].lower().replace("-", " ")
    assert (await send(client, "/sign-in/second-factor", code=spoken)).status_code == 303
    client.cookies.clear()
    await sign_in(client, "regulator")
    assert (await send(client, "/sign-in/second-factor", code=codes[4])).status_code == 422
    assert (await send(client, "/sign-in/second-factor", code=codes[5])).status_code == 303


async def test_guessing_the_second_factor_locks_although_the_password_was_right(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    device, _ = await enrol(client, clock)
    client.cookies.clear()
    clock.forward(seconds=30)
    for number in range(5):
        await sign_in(client, "regulator")
        answer = await send(client, "/sign-in/second-factor", code=f"00000{number}")
    assert answer.status_code == 429
    right = await send(client, "/sign-in/second-factor", code=device.at(clock()))
    assert right.status_code == 429
    assert (await sign_in(client, "regulator")).headers["location"] == "/sign-in/second-factor"
    again = await send(client, "/sign-in/second-factor", code=device.at(clock()))
    assert again.status_code == 429, "the password's own count is another one"


async def test_a_sign_in_on_its_way_runs_out(client: httpx2.AsyncClient, clock: FakeClock) -> None:
    device, _ = await enrol(client, clock)
    client.cookies.clear()
    await sign_in(client, "regulator")
    clock.forward(minutes=10)
    late = await send(client, "/sign-in/second-factor", code=device.at(clock()))
    assert late.status_code == 401
    assert (await client.get("/sign-in/second-factor")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "code", ["", "\N{FULLWIDTH DIGIT ONE}" * 6, "' OR 1=1", "9" * 64, "1" * 9999]
)
async def test_hostile_codes_are_wrong(
    client: httpx2.AsyncClient, clock: FakeClock, code: str
) -> None:
    await enrol(client, clock)
    client.cookies.clear()
    await sign_in(client, "regulator")
    assert (await send(client, "/sign-in/second-factor", code=code)).status_code == 422


async def test_neither_secret_nor_recovery_codes_lie_in_the_database(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    device, codes = await enrol(client, clock)
    data = await dumped()
    assert "达州市公共资源交易监督管理办公室" in data
    for text in (device.secret, codes[0], codes[0].replace("-", "")):
        assert text not in data


async def test_one_may_have_it_without_having_to(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    offered = secret_of((await client.get("/account/authenticator")).text)
    device = pyotp.TOTP(offered)
    done = await post(client, "/account/authenticator", code=device.at(clock()))
    assert len(codes_of(done.text)) == 10
    assert offered not in (await client.get("/account/authenticator")).text
    again = await post(client, "/account/authenticator", code=device.at(clock()))
    assert again.status_code == 409
    used = await post(client, "/account/authenticator/remove", code=device.at(clock()))
    assert used.status_code == 422
    clock.forward(seconds=30)
    removed = await post(client, "/account/authenticator/remove", code=device.at(clock()))
    assert removed.status_code == 303
    assert secret_of((await client.get("/account/authenticator")).text) != offered


async def test_the_security_administrator_resets_a_lost_one(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    device, _ = await enrol(client, clock)
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    await seconded(city, await post(client, "/admin/people/regulator/authenticator/reset"))
    client.cookies.clear()
    assert (await sign_in(client, "regulator")).headers["location"] == "/sign-in/enrol"
    assert secret_of((await client.get("/sign-in/enrol")).text) != device.secret


async def test_a_first_password_must_be_changed_and_an_old_one_too(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    clock.forward(days=91)
    assert (await sign_in(client, "department")).headers["location"] == "/sign-in/new-password"
    assert (await client.get("/account")).status_code == 303
    page = "/sign-in/new-password"
    for new, repeated, key in (
        ("short-A1", "short-A1", "密码至少要有 10 个字符。"),
        ("Fresh-2027-x", "Fresh-2027-y", "两次输入的新密码不一样。请重新输入。"),
        ("Mingxuan-2026", "Mingxuan-2026", "这个密码在最近 5 次中用过。请换一个新的。"),
    ):
        refused = await send(client, page, new_password=new, repeated=repeated)
        assert refused.status_code == 422
        assert alert(refused.text) == key
    done = await send(client, page, new_password="Fresh-2027-x", repeated="Fresh-2027-x")
    assert done.headers["location"] == "/desk"
    assert (await client.get("/account")).status_code == 200
