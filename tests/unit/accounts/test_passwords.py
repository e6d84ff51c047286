import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.accounts import passwords


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("Mingxuan-2026", None),
        ("达州市mingxuan7", None),
        ("Short-1", "accounts.password_short"),
        ("onlylowercase", "accounts.password_classes"),
        ("lower-and-12", None),
        ("lowercase1234", "accounts.password_classes"),
        ("A1-" + "x" * 126, "accounts.password_long"),
        ("Zhang-san-1", "accounts.password_has_login"),
    ],
)
def test_what_a_good_password_is(password: str, wrong: str | None) -> None:
    assert passwords.weakness(password, "zhang-san") == wrong


async def test_only_the_right_password_is_right() -> None:
    stored = await passwords.hashed("Mingxuan-2026")
    assert stored.startswith("$argon2id$v=19$m=19456,t=3,p=1$")
    assert await passwords.is_right("Mingxuan-2026", stored)
    assert await passwords.is_right("Ｍingxuan-2026", stored)  # full width, NFKC
    assert not await passwords.is_right("Mingxuan-2026 ", stored)
    assert not await passwords.is_right("mingxuan-2026", stored)


@pytest.mark.parametrize("hostile", ["", "\0", "x" * 10_000, "' OR '1'='1", "𝕏" * 600])
async def test_hostile_passwords_are_wrong_and_nothing_else(hostile: str) -> None:
    assert not await passwords.is_right(hostile, await passwords.hashed("Mingxuan-2026"))
    assert not await passwords.is_right(hostile, None)


async def test_nobody_has_no_password() -> None:
    assert not await passwords.is_right("Mingxuan-2026", None)
    assert not await passwords.is_right("Mingxuan-2026", "not a hash")


async def test_unknown_people_cost_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = passwords._hasher.verify

    class Watching:
        def verify(self, stored: str, password: bytes) -> bool:
            seen.append(stored)
            return real(stored, password)

    stored = await passwords.hashed("Mingxuan-2026")
    monkeypatch.setattr(passwords, "_hasher", Watching())
    await passwords.is_right("wrong", None)
    await passwords.is_right("wrong", stored)
    await passwords.is_right("w" * 10_000, stored)
    assert len(seen) == 3
    assert len({text.rsplit("$", 2)[0] for text in seen}) == 1  # the same parameters


async def test_two_hashes_of_one_password_differ() -> None:
    assert await passwords.hashed("Mingxuan-2026") != await passwords.hashed("Mingxuan-2026")


@given(login=st.text("abcdefghijkmnpqr2345", min_size=3, max_size=6))
def test_a_one_time_password_keeps_the_rules(login: str) -> None:
    made = passwords.one_time(login)
    assert passwords.weakness(made, login) is None
    assert len(made) == 19
    assert not set(made) & set("01OIl")
    assert made != passwords.one_time(login)
