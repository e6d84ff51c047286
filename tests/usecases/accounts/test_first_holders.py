"""A city in earnest begins: the first administrators are entered at the machine, nobody after."""

from pathlib import Path

import httpx2
import pytest

from market.__main__ import main
from market.accounts.actions.first import AT_THE_MACHINE, Holder, enter_first
from market.accounts.actions.wishes import NewOrganisation, NewPerson
from market.accounts.models import Grant, Organisation, Person
from market.accounts.states import OrganisationKind
from market.audit.models import LedgerEntry, SecurityEvent
from market.kernel.actors import ADMINISTRATORS, Role
from market.kernel.errors import MarketError
from tests.factories.city import TestCity
from tests.factories.commands import Said, said
from tests.factories.people import credit_code, sign_in

OPERATOR = NewOrganisation(credit_code(1), "测试运营中心", OrganisationKind.OPERATOR, "511700")
OWNER = NewOrganisation(credit_code(2), "测试水务局", OrganisationKind.OWNER, "511702")


async def enter(city: TestCity, role: Role, login: str, body: NewOrganisation = OPERATOR) -> Holder:
    new = NewPerson(login, "试演", "")
    return await enter_first(city.call(AT_THE_MACHINE), new, body, role, ["511700"])


async def test_the_three_and_an_owner_are_entered_each_once(city: TestCity) -> None:
    for role in sorted(ADMINISTRATORS):
        await enter(city, role, f"first-{role[:3]}")
    await enter(city, Role.OWNER, "first-owner", OWNER)
    assert await Organisation.all().count() == 2
    assert {row.role for row in await Grant.all()} == {*ADMINISTRATORS, Role.OWNER}
    entries = await LedgerEntry.all().order_by("index")
    tags = ["person:enrolled", "person:granted", "person:founded"]
    assert [row.tag for row in entries] == tags * 4
    assert all(b'"by":"system_admin:command-line"' in row.data for row in entries)
    events = await SecurityEvent.all().order_by("id")
    assert [row.key for row in events] == ["accounts.event.enrolled", "accounts.event.granted"] * 4
    for role, body in ((Role.AUDIT_ADMIN, OPERATOR), (Role.OWNER, OWNER)):
        with pytest.raises(MarketError, match=r"accounts\.not_the_first"):
            await enter(city, role, "second", body)
    assert await Person.all().count() == 4


async def test_who_held_it_once_was_the_first_too(city: TestCity) -> None:
    await enter(city, Role.AUDIT_ADMIN, "auditor")
    await Grant.all().update(ended_at=city.clock(), held=None)
    with pytest.raises(MarketError, match=r"accounts\.not_the_first"):
        await enter(city, Role.AUDIT_ADMIN, "another")


@pytest.mark.parametrize("second", sorted((ADMINISTRATORS - {Role.SYSTEM_ADMIN}) | {Role.OWNER}))
async def test_nobody_gets_two_that_exclude_one_another(city: TestCity, second: Role) -> None:
    await enter(city, Role.SYSTEM_ADMIN, "one")
    entries = await LedgerEntry.all().count()
    with pytest.raises(MarketError, match=r"accounts\.three_administrators"):
        await enter(city, second, "ONE")
    assert await Grant.all().count() == 1
    assert await LedgerEntry.all().count() == entries


@pytest.mark.parametrize(
    ("role", "body", "key"),
    [
        (Role.OWNER, OPERATOR, "accounts.role_not_of_kind"),
        (Role.AUDIT_ADMIN, OWNER, "accounts.role_not_of_kind"),
        *((r, OWNER, "accounts.not_at_the_machine") for r in (Role.AGENCY, Role.REGULATOR)),
        (Role.CLOCK, OPERATOR, "accounts.not_at_the_machine"),
    ],
)
async def test_what_the_rules_forbid_leaves_nothing(
    city: TestCity, role: Role, body: NewOrganisation, key: str
) -> None:
    with pytest.raises(MarketError) as refused:
        await enter(city, role, "somebody", body)
    assert refused.value.key == key
    assert not await Person.exists()
    assert not await Organisation.exists()
    assert not await LedgerEntry.exists()


async def test_the_first_sign_in_asks_for_an_authenticator_and_a_new_password(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    entered = await enter(city, Role.SECURITY_ADMIN, "security")
    assert entered.password
    assert (await Person.get(code=entered.person)).must_change_password
    assert (await sign_in(client, "security", "Another-pass-1")).status_code == 422
    way = await sign_in(client, "security", entered.password)
    assert way.headers["location"] == "/sign-in/enrol"


async def test_who_let_the_one_time_password_run_out_gets_another(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    first = await enter(city, Role.SECURITY_ADMIN, "security")
    with pytest.raises(MarketError, match=r"accounts\.not_the_first"):
        await enter(city, Role.SECURITY_ADMIN, "security")
    city.clock.forward(hours=72)
    assert (await sign_in(client, "security", str(first.password))).status_code == 403
    with pytest.raises(MarketError, match=r"accounts\.not_the_first"):
        await enter(city, Role.SECURITY_ADMIN, "another")
    again = await enter(city, Role.SECURITY_ADMIN, "security")
    assert again.person == first.person
    assert again.password not in {None, first.password}
    way = await sign_in(client, "security", str(again.password))
    assert way.headers["location"] == "/sign-in/enrol"
    assert await Grant.all().count() == 1


class TestCommand:
    """What is typed and printed; the folder of a city that has never run."""

    @pytest.fixture
    def data(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("MINGXUAN_DATA", str(tmp_path / "earnest"))
        monkeypatch.delenv("MINGXUAN_DEMO", raising=False)
        return tmp_path / "earnest"

    def run(self, role: str = "system_admin", **other: str) -> Said:
        given = {
            "role": role,
            "login": "first-system",
            "name": "试演",
            "credit-code": credit_code(1),
            "organisation": "测试运营中心",
        } | {name.replace("_", "-"): text for name, text in other.items()}
        words = [word for name, text in given.items() for word in (f"--{name}", text)]
        return said(main, "person", *words)

    def test_it_prints_the_one_time_password_once(self, data: Path) -> None:
        done = self.run()
        assert done.exit_code == 0, done.output
        assert "to be changed at the first sign-in" in done.stdout
        password = done.stdout.split("password")[1].split()[0]
        assert len(password) == 19
        assert password.encode() not in (data / "market.sqlite").read_bytes()
        again = self.run(login="another")
        assert again.exit_code == 1
        assert "Somebody holds this role already" in again.stderr
        assert "password" not in again.stdout

    @pytest.mark.parametrize(
        ("field", "text", "words"),
        [
            ("login", "a b", "login: "),
            ("login", "", "login: Field required"),
            ("name", "演" * 61, "name: "),
            ("credit_code", "12000000MX0000010", "18"),
            ("credit_code", credit_code(1, "511799"), "demo"),
            ("region", "110000", "region: There is no such region"),
            ("covers", "110000", "region"),
            ("kind", "owner", "kind"),
        ],
    )
    @pytest.mark.usefixtures("data")
    def test_each_mistake_is_named(self, field: str, text: str, words: str) -> None:
        refused = self.run(**{field: text})
        assert refused.exit_code == 1, refused.output
        assert words in refused.stderr
        assert "Traceback" not in refused.output
        assert self.run().exit_code == 0

    @pytest.mark.usefixtures("data")
    def test_a_demo_city_has_its_people(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MINGXUAN_DEMO", "1")
        refused = self.run()
        assert (refused.exit_code, "demo city" in refused.stderr) == (1, True)
