import asyncio

import pytest

from market.accounts import passwords
from market.accounts.actions import account, sign_in
from market.accounts.actions.progress import SignedIn
from market.accounts.counters import Place
from market.accounts.models import PasswordHistory, Person, Session, SignIn, SignInFailure
from market.accounts.passwords import DEMO_PASSWORD
from market.accounts.queries import actor_of, paused_until
from market.infra.idempotency import Answer
from market.kernel.actors import Role
from market.kernel.call import Retry
from market.kernel.errors import Kind, MarketError
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import actor, settle

WRONG = "Wrong-password-1"
HERE = Place("192.0.2.1")


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "department", "regulator")


async def attempt(city: TestCity, password: str) -> str:
    try:
        way = await sign_in.by_password(city.call(), "department", password, HERE)
    except MarketError as error:
        return error.key
    return "in" if isinstance(way, SignedIn) else "on the way"


async def test_attempts_at_the_same_time_are_counted_one_by_one(city: TestCity) -> None:
    outcomes = await asyncio.gather(*(attempt(city, WRONG) for _ in range(12)))
    assert outcomes.count("accounts.sign_in_wrong") == 4
    assert outcomes.count("accounts.locked") == 8
    assert await paused_until("department", city.clock()) is not None


async def test_the_right_one_among_many_guesses_at_once_comes_too_late(city: TestCity) -> None:
    guesses = [WRONG] * 5 + [DEMO_PASSWORD] * 3
    outcomes = [await attempt(city, guess) for guess in guesses]
    assert outcomes[5:] == ["accounts.locked"] * 3
    assert not await Session.exists()


async def test_a_password_changed_meanwhile_opens_nothing(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = passwords.is_right

    async def slowly(password: str, stored: str | None) -> bool:
        found = await real(password, stored)
        await Person.filter(code="department").update(password_hash="changed")
        return found

    monkeypatch.setattr(passwords, "is_right", slowly)
    assert await attempt(city, DEMO_PASSWORD) == "accounts.sign_in_wrong"
    assert not await Session.exists()


async def test_a_suspended_person_is_told_only_with_the_right_password(city: TestCity) -> None:
    await Person.filter(code="department").update(state="suspended")
    assert await attempt(city, WRONG) == "accounts.sign_in_wrong"
    assert await attempt(city, DEMO_PASSWORD) == "accounts.suspended"


async def test_no_token_is_ever_kept_with_an_answer(city: TestCity) -> None:
    way = await sign_in.by_password(city.call(), "department", DEMO_PASSWORD, HERE)
    assert isinstance(way, SignedIn)
    assert not await Answer.exists()


async def test_what_ran_out_is_thrown_away(city: TestCity, clock: FakeClock) -> None:
    await sign_in.by_password(city.call(), "regulator", DEMO_PASSWORD, HERE)
    assert await SignIn.all().count() == 1
    clock.forward(minutes=11)
    await sign_in.by_password(city.call(), "regulator", DEMO_PASSWORD, HERE)
    assert await SignIn.all().count() == 1


async def test_a_completed_sign_in_leaves_nothing_on_the_way(city: TestCity) -> None:
    await attempt(city, WRONG)
    assert await attempt(city, DEMO_PASSWORD) == "in"
    assert not await SignIn.exists()
    assert await SignInFailure.filter(login_sha256=None).count() == 1, "the address stays counted"
    assert await SignInFailure.all().count() == 2, "and what strangers try"


async def test_each_of_the_last_five_passwords_is_barred(city: TestCity, clock: FakeClock) -> None:
    me = actor("department", Role.DEPARTMENT)
    current, used = DEMO_PASSWORD, [DEMO_PASSWORD]
    for number in range(5):
        fresh = f"Fresh-word-{number}"
        clock.forward(days=1)
        await account.change_password(city.call(me), current, fresh, fresh)
        current = fresh
        used.append(fresh)
    for password in used[1:]:
        with pytest.raises(MarketError) as refused:
            await account.change_password(city.call(me), current, password, password)
        assert refused.value.fields["new_password"][0] == "accounts.password_used"
    await account.change_password(city.call(me), current, DEMO_PASSWORD, DEMO_PASSWORD)
    assert await PasswordHistory.filter(person_id="department").count() == 7


async def test_wrong_current_passwords_lock_too(city: TestCity) -> None:
    me = actor("department", Role.DEPARTMENT)
    kinds = []
    for _ in range(6):
        with pytest.raises(MarketError) as refused:
            await account.change_password(city.call(me), WRONG, "Fresh-word-1", "Fresh-word-1")
        kinds.append(refused.value.kind)
    assert kinds == [Kind.UNPROCESSABLE] * 4 + [Kind.TOO_MANY] * 2


async def test_changing_the_password_ends_every_other_session(city: TestCity) -> None:
    first = await sign_in.by_password(city.call(), "department", DEMO_PASSWORD, HERE)
    second = await sign_in.by_password(city.call(), "department", DEMO_PASSWORD, HERE)
    me = await actor_of(second.session, city.clock())
    assert me is not None
    await account.change_password(city.call(me), DEMO_PASSWORD, "Fresh-word-1", "Fresh-word-1")
    assert await actor_of(first.session, city.clock()) is None
    assert await actor_of(second.session, city.clock()) == me


async def test_a_repeated_key_changes_the_password_once(city: TestCity) -> None:
    call = city.call(actor("department", Role.DEPARTMENT))
    keyed = type(call)(call.actor, call.now, call.tools, Retry("a-key-1", "00"))
    await account.change_password(keyed, DEMO_PASSWORD, "Fresh-word-1", "Fresh-word-1")
    with pytest.raises(MarketError):
        await account.change_password(keyed, DEMO_PASSWORD, "Fresh-word-1", "Fresh-word-1")
    assert await PasswordHistory.filter(person_id="department").count() == 2
