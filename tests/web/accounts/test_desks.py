"""The administrators' desks: who may come in, what they can do, what it refuses."""

import httpx2
import pytest

from market.accounts.models import Grant, Organisation, Person
from market.audit.models import LedgerEntry, SecurityEvent
from market.kernel.actors import Role
from market.kernel.ids import DEMO_REGION
from market.settings import Settings
from signing.core.canonical import loads
from signing.core.credit_codes import check_digit, organisation_check_digit
from tests.factories.city import TestCity
from tests.factories.people import alert, enter, post, settle, sign_in

ROLES = {
    "owner": Role.OWNER,
    "department": Role.DEPARTMENT,
    "regulator": Role.REGULATOR,
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
}
DESKS = {
    "/admin": {"system-admin", "security-admin", "audit-admin"},
    "/admin/people": {"system-admin", "security-admin", "audit-admin"},
    "/admin/people/owner": {"system-admin", "security-admin", "audit-admin"},
    "/admin/requests": {"system-admin", "security-admin", "audit-admin"},
    "/admin/people/new": {"system-admin"},
    "/admin/security-events": {"security-admin", "audit-admin"},
}
ACTS = {
    "/admin/people/new": "system-admin",
    "/admin/people/owner/grants": "security-admin",
    "/admin/people/owner/grants/x/end": "security-admin",
    "/admin/people/owner/suspend": "security-admin",
    "/admin/people/owner/reactivate": "security-admin",
    "/admin/people/owner/unlock": "security-admin",
    "/admin/people/owner/authenticator/reset": "security-admin",
    "/admin/people/owner/password/reset": "security-admin",
    "/admin/people/owner/sessions/x/end": "security-admin",
    "/admin/people/owner/certificates": "security-admin",
    "/admin/people/owner/certificates/x/strike": "security-admin",
}
NEW = {
    "credit_code": "11511799mx00000183",
    "organisation_name": "万源市林业局(演示)",
    "kind": "owner",
    "region": "511781",
    "name": "试演新",
    "login": "Shi.Yan",
    "phone": "13000000088",
    "identity_number": "",
    "password": "First-pass-1",
}


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city)


@pytest.mark.parametrize("who", ROLES)
async def test_each_desk_opens_to_its_own_administrators_only(
    city: TestCity, client: httpx2.AsyncClient, who: str
) -> None:
    await enter(city, client, who, ROLES[who])
    for path, welcome in DESKS.items():
        assert (await client.get(path)).status_code == (200 if who in welcome else 403), path
    for path, may in ACTS.items():
        if who != may:
            # the system administrator asks about some people's rights, never about an owner's
            fine = {403, 422} if (who, may) == ("system-admin", "security-admin") else {403}
            assert (await post(client, path)).status_code in fine, path
    assert (await Person.get(code="owner")).state == "active"


async def test_strangers_are_led_to_the_sign_in(client: httpx2.AsyncClient) -> None:
    for path in DESKS:
        assert (await client.get(path)).headers["location"] == f"/sign-in?next={path}"
    for path in ACTS:
        assert (await post(client, path)).status_code == 401


@pytest.mark.parametrize("path", [*ACTS, "/account/sessions/end", "/account/password"])
async def test_another_sites_form_changes_nothing(
    city: TestCity, client: httpx2.AsyncClient, path: str
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    before = await LedgerEntry.all().count()
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {}):
        data = {"idempotency_key": "a-key-of-theirs"}
        assert (await client.post(path, data=data, headers=headers)).status_code == 403
    assert await LedgerEntry.all().count() == before


async def test_granting_needs_region_and_role_and_says_so(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    page = "/admin/people/department/grants"
    for data, words in (
        ({"role": "owner"}, "请至少选择一个地区"),
        ({"role": "owner", "regions": "999999"}, "请至少选择一个地区"),
        ({"role": "owner", "regions": "511700", "until": "2020-01-01"}, "截止日期已经过去"),
        ({"role": "owner", "regions": "511700", "until": "9999-12-31"}, "不能大于 2999-12-31"),
        ({"role": "department", "regions": "511700"}, "此人已有这个身份"),
        ({"role": "agency", "regions": "511700"}, "互斥"),
        ({"role": "agency", "regions": "511700", "drafts_only": "true"}, "只适用于项目业主"),
    ):
        refused = await post(client, page, **data)
        assert refused.status_code in {409, 422}
        assert words in alert(refused.text)
    assert (await post(client, page, role="king", regions="511700")).status_code == 422
    drafting = {"role": "owner", "regions": "511700", "drafts_only": "true"}
    assert (await post(client, page, **drafting)).status_code == 303
    held = await Grant.filter(person_id="department", ended_at=None).order_by("role")
    assert [(one.role, one.drafts_only) for one in held] == [
        (Role.DEPARTMENT, False),
        (Role.OWNER, True),
    ]
    shown = (await client.get("/admin/people/department")).text
    assert '<span class="hint">只能起草，不能发布</span>' in shown
    newest = await LedgerEntry.all().order_by("-index").first()
    assert newest is not None
    told = loads(bytes(newest.data))
    assert (told["tag"], told["facts"]["drafts_only"]) == ("person:granted", True)


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin", "owner"])
async def test_nobody_joins_two_of_the_three_offices(
    city: TestCity, client: httpx2.AsyncClient, role: str
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    for person in ("system-admin", "audit-admin"):
        refused = await post(client, f"/admin/people/{person}/grants", role=role, regions="511700")
        assert refused.status_code == 409
        assert "三员分立" in alert(refused.text) or "已有这个身份" in alert(refused.text)
        assert await Grant.filter(person_id=person).count() == 1


async def test_ones_own_rights_are_anothers_business(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    page = await client.get("/admin/people/security-admin")
    assert "这是您自己" in page.text
    assert "/suspend" not in page.text
    for path in ("suspend", "unlock", "authenticator/reset", "password/reset"):
        refused = await post(client, f"/admin/people/security-admin/{path}")
        assert (refused.status_code, "不能变动自己的权限" in refused.text) == (403, True)


async def test_the_last_of_an_office_stays(city: TestCity, client: httpx2.AsyncClient) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    grant = await Grant.get(person_id="audit-admin")
    for path in ("suspend", f"grants/{grant.code}/end"):
        refused = await post(client, f"/admin/people/audit-admin/{path}")
        assert refused.status_code == 409
        assert "最后一位" in refused.text


async def test_suspending_twice_is_a_conflict_and_one_key_counts_once(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    key = {"idempotency_key": "the-same-key-1"}
    for _ in range(2):
        assert (await post(client, "/admin/people/owner/suspend", **key)).status_code == 303
    assert (await post(client, "/admin/people/owner/suspend")).status_code == 409
    suspended = await LedgerEntry.filter(about="person:owner", tag="person:suspended").count()
    assert suspended == 1


async def test_personal_data_is_masked_wherever_it_is_shown(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    pages = [
        (await client.get(path)).text
        for path in ("/admin/people", "/admin/people/owner", "/admin/security-events")
    ]
    await enter(city, client, "owner", Role.OWNER)
    pages.append((await client.get("/account")).text)
    assert all("130****0001" in page for page in (pages[1], pages[3]))
    assert all("511***********001" in page for page in (pages[1], pages[3]))
    for page in pages:
        assert "13000000001" not in page
        assert "19850312" not in page


@pytest.mark.parametrize(
    "q",
    ["罗演", "owner", "通川区水务局", "owner' OR '1'='1", "%", "_", "<script>", "x" * 900],
)
async def test_searching_people(city: TestCity, client: httpx2.AsyncClient, q: str) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    page = await client.get("/admin/people", params={"q": q, "after": ""})
    assert page.status_code == 200
    assert ("罗演之" in page.text) is (q in {"罗演", "owner", "通川区水务局"})
    assert "<script>alert" not in page.text


async def test_long_lists_go_on_by_the_last_key(city: TestCity, client: httpx2.AsyncClient) -> None:
    pattern = await Person.get(code="owner")
    copies = []
    for number in range(90):
        copy = pattern.clone(pk=f"copy-{number}")
        copy.login = f"zz-{number:03d}"
        copies.append(copy)
    await Person.bulk_create(copies)
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    seen: list[str] = []
    path = "/admin/people"
    while path:
        page = (await client.get(path)).text
        assert f"共 {await Person.all().count()} 人" in page
        seen += [part.split("<")[0] for part in page.split('<code class="code">')[1:]]
        following = page.split('rel="next" href="')
        path = following[1].split('"')[0].replace("&amp;", "&") if len(following) > 1 else ""
    assert seen == sorted(await Person.all().values_list("login", flat=True))


@pytest.mark.parametrize(
    "code", ["nobody", "%00", "%F0%9F%98%80", "a" * 64, "a" * 500, "..%2F..%2Fetc"]
)
async def test_people_who_are_not_there(
    city: TestCity, client: httpx2.AsyncClient, code: str
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    assert (await client.get(f"/admin/people/{code}")).status_code == 404
    assert (await post(client, f"/admin/people/{code}/suspend")).status_code == 404


async def test_events_are_read_newest_first_and_page_by_page(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    for number in range(60):
        await SecurityEvent.create(
            at=city.clock(), key=f"test.{number:02d}", actor="x", path="/", facts={"a": ["b"]}
        )
    await enter(city, client, "audit-admin", Role.AUDIT_ADMIN)
    first = (await client.get("/admin/security-events?q=test.")).text
    assert first.index("test.59") < first.index("test.58")
    assert "test.19" not in first
    assert "共 60 条" in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "test.19" in (await client.get(older)).text
    for hostile, status in (("x", 200), ("-1", 200), ("9" * 40, 200), ("１", 200), ("%00", 400)):
        answer = await client.get(f"/admin/security-events?before={hostile}")
        assert answer.status_code == status


class TestOpeningAccounts:
    """The system administrator enters people; nobody gains a right by it."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(data=settings.data, demo=True)

    async def test_a_new_person_has_no_rights_and_a_first_password(
        self, city: TestCity, client: httpx2.AsyncClient
    ) -> None:
        code = (await Organisation.get(code="own-0010")).credit_code
        await enter(city, client, "system-admin", Role.SYSTEM_ADMIN)
        done = await post(client, "/admin/people/new", **NEW | {"credit_code": code.lower()})
        assert done.status_code == 303
        person = await Person.get(login="shi.yan")
        assert person.organisation_id == "own-0010"
        assert person.code in (await client.get(done.headers["location"])).text
        client.cookies.clear()
        assert (await sign_in(client, "shi.yan", "First-pass-1")).status_code == 403
        await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
        path = f"/admin/people/{person.code}/grants"
        assert (await post(client, path, role="owner", regions="511781")).status_code == 303
        client.cookies.clear()
        entered = await sign_in(client, "SHI.YAN", "First-pass-1")
        assert entered.headers["location"] == "/sign-in/new-password"

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("credit_code", "11511799MX0000184", "应为 18 位"),
            ("credit_code", "91511702MA6D1X2H7D", "第 18 位"),
            ("credit_code", "91511702MA6D1X2H8C", "第 17 位"),
            ("login", "a b", "3–64 个字母"),
            ("organisation_name", "万源市水务局", "已登记为“万源市林业局（演示）”"),
            ("phone", "٣٠٠٠", "11 位手机号码"),
            ("login", "owner", "已有人使用"),
            ("phone", "12345", "11 位手机号码"),
            ("identity_number", "110105194912310021", "身份证件号码不对"),
            ("password", "short", "至少要有 10 个字符"),
        ],
    )
    async def test_each_mistake_is_named_at_its_field(
        self, city: TestCity, client: httpx2.AsyncClient, field: str, value: str, words: str
    ) -> None:
        await enter(city, client, "system-admin", Role.SYSTEM_ADMIN)
        code = (await Organisation.get(code="own-0010")).credit_code
        given = NEW | {"credit_code": code, field: value}
        refused = await post(client, "/admin/people/new", **given)
        assert 400 <= refused.status_code < 500
        assert words in refused.text
        assert f'href="#{field}"' in refused.text
        assert 'value="试演新"' in refused.text
        assert "First-pass-1" not in refused.text
        assert await Person.filter(name="试演新").count() == 0

    async def test_a_new_organisation_lies_in_this_city(
        self, city: TestCity, client: httpx2.AsyncClient
    ) -> None:
        await enter(city, client, "system-admin", Role.SYSTEM_ADMIN)
        first = f"12{DEMO_REGION}MX999999{organisation_check_digit('MX999999')}"
        given = NEW | {"credit_code": first + check_digit(first)}
        refused = await post(client, "/admin/people/new", **given | {"region": "110000"})
        assert (refused.status_code, alert(refused.text)) == (
            422,
            "没有这个地区。请从列出的地区中选择。",
        )
        assert (await post(client, "/admin/people/new", **given)).status_code == 303


async def test_invented_codes_belong_to_demo_cities(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "system-admin", Role.SYSTEM_ADMIN)
    code = (await Organisation.get(code="own-0010")).credit_code
    given = NEW | {"credit_code": code}
    refused = await post(client, "/admin/people/new", **given)
    assert "只能在演示环境使用" in refused.text
