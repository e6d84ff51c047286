"""The second factor: time-based codes (RFC 6238, 30 s, 6 digits, SHA-1) and recovery codes.

Nothing of it lies in the database: secret and recovery codes are derived from the key store's
``totp`` secret, the person's code and a salt, and a new salt is a new enrolment. A code counts
once: only a later time step is accepted after it (RFC 6238 §5.2).
"""

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

import pyotp
import segno

STEP = 30
RECOVERY_CODES = 10


def secret(master: bytes, person: str, salt: str) -> str:
    """The shared secret of one enrolment, 160 bits in base32."""
    return base64.b32encode(_derived(master, "totp", person, salt)[:20]).decode()


def salt_of(start: str, last_step: int = 0) -> str:
    """The salt of an enrolment that is offered now: another one after every code that was used.

    ``start`` is what only the enrolling browser has: its session's code or its sign-in's hash.
    """
    return f"{start[:40]}-{last_step}"


def accepted_step(shared: str, code: str, now: datetime, last: int) -> int | None:
    """The time step that ``code`` belongs to: this one or a neighbour, later than ``last``."""
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    clock = pyotp.TOTP(shared)
    current = int(now.timestamp()) // STEP
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(clock.generate_otp(step), typed) and step > last:
            return step
    return None


def recovery_codes(master: bytes, person: str, salt: str) -> tuple[str, ...]:
    """Ten codes for the day when the device is lost; each counts once."""
    codes = []
    for number in range(RECOVERY_CODES):
        text = base64.b32encode(_derived(master, f"recovery-{number}", person, salt)[:10]).decode()
        codes.append("-".join(text[i : i + 4] for i in range(0, 16, 4)))
    return tuple(codes)


def recovery_number(codes: Collection[str], typed: str, used: Collection[int]) -> int | None:
    """Which unused recovery code was typed; blanks, hyphens and case do not matter."""
    plain = "".join(c for c in typed.upper() if c.isalnum()).encode()
    found = [
        number
        for number, code in enumerate(codes)
        if hmac.compare_digest(code.replace("-", "").encode(), plain)
    ]
    return found[0] if found and found[0] not in used else None


def picture(shared: str, login: str, city: str) -> str:
    """A QR code for authenticator apps, as the address of an embedded SVG."""
    address = pyotp.TOTP(shared).provisioning_uri(name=login, issuer_name=city)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def _derived(master: bytes, purpose: str, person: str, salt: str) -> bytes:
    text = f"{purpose}\0{person}\0{salt}".encode()
    return hmac.digest(master, text, hashlib.sha256)
