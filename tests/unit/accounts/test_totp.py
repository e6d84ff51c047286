from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from market.accounts import totp

MASTER = bytes(range(32))
NOW = datetime(2026, 11, 23, 1, 0, 10, tzinfo=UTC)
SECRET = totp.secret(MASTER, "p-1", "salt")


def code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


def test_the_code_of_rfc_6238() -> None:
    shared = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", appendix B
    assert totp.accepted_step(shared, "287082", datetime.fromtimestamp(59, UTC), 0) == 1


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_neighbouring_step_is_forgiven(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert totp.accepted_step(SECRET, code(at), NOW, 0) == int(at.timestamp()) // 30


@pytest.mark.parametrize("seconds", [-61, -90, 61, 3600])
def test_a_distant_one_is_not(seconds: int) -> None:
    assert totp.accepted_step(SECRET, code(NOW + timedelta(seconds=seconds)), NOW, 0) is None


def test_a_code_counts_once_and_so_does_every_one_before_it() -> None:
    step = totp.accepted_step(SECRET, code(NOW), NOW, 0)
    assert step is not None
    assert totp.accepted_step(SECRET, code(NOW), NOW, step) is None
    assert totp.accepted_step(SECRET, code(NOW - timedelta(seconds=30)), NOW, step) is None
    assert totp.accepted_step(SECRET, code(NOW + timedelta(seconds=30)), NOW, step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 10_000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert totp.accepted_step(SECRET, typed, NOW, 0) is None


def test_blanks_do_not_matter() -> None:
    text = code(NOW)
    assert totp.accepted_step(SECRET, f" {text[:3]} {text[3:]} ", NOW, 0)


def test_another_person_salt_or_key_is_another_secret() -> None:
    others = {
        totp.secret(MASTER, "p-2", "salt"),
        totp.secret(MASTER, "p-1", "other"),
        totp.secret(bytes(32), "p-1", "salt"),
        totp.secret(MASTER, "p-1salt", ""),
    }
    assert len(others | {SECRET}) == 5


def test_recovery_codes_count_once_and_forgive_their_hyphens() -> None:
    codes = totp.recovery_codes(MASTER, "p-1", "salt")
    assert len(set(codes)) == totp.RECOVERY_CODES
    assert totp.recovery_number(codes, codes[3].lower().replace("-", " "), []) == 3
    assert totp.recovery_number(codes, codes[3], [3]) is None
    assert totp.recovery_number(codes, "", []) is None
    assert totp.recovery_number(totp.recovery_codes(MASTER, "p-2", "salt"), codes[3], []) is None


def test_the_picture_is_an_embedded_svg() -> None:
    assert totp.picture(SECRET, "罗", "达州市").startswith("data:image/svg+xml")
