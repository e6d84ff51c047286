"""What somebody had typed when their session ended, until they have signed in again.

It is sealed for the account whose session it was, for two hours, and shown to that account alone:
in the form again, never sent by itself. Passwords, codes and whatever else a form marks as not for
drafts are never kept, nor are files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from market.accounts import vault
from market.accounts.models import KeptForm, Session
from market.accounts.queries import token_hash
from market.accounts.states import PersonState
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.kernel.ids import new_code

LIFE: Final = timedelta(hours=2)
LARGEST: Final = 100_000  # characters
MOST: Final = 5  # of one account
_NEVER: Final = frozenset({"current", "repeated", "code", "identity_number", "idempotency_key"})


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose session it was, and the key of the sentence that says why it is over."""

    person: str
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits: its code, and the address at which it was sent."""

    code: str
    path: str


def is_never_kept(field: str) -> bool:
    """Whether what stands in such a field is a secret, or no typing at all."""
    return field in _NEVER or field.endswith("password")


async def ended(token: str, now: datetime) -> Ended | None:
    """Why the session of that token is over; None when there never was one."""
    rows = Session.filter(token_sha256=token_hash(token)).prefetch_related("grant__person")
    session = await rows.first()
    if session is None:
        return None
    grant, person = session.grant, session.grant.person
    ran_out = grant.until_at is not None and grant.until_at <= now
    if person.state is not PersonState.ACTIVE or grant.ended_at is not None or ran_out:
        return Ended(person.code, "accounts.ended.rights")
    if session.ended_at is not None:
        return Ended(person.code, "accounts.ended.elsewhere")
    return Ended(person.code, "accounts.ended.ran_out")


async def keep(call: Call, person: str, path: str, typed: Mapping[str, Any]) -> Kept | None:
    """Keep what was typed, if there is anything; the oldest of the account make room."""
    values = {name: text for name, text in typed.items() if text and not is_never_kept(name)}
    text = json.dumps(values, ensure_ascii=False)
    return await _keep(call, person, path, text) if values and len(text) <= LARGEST else None


@use_case
async def _keep(call: Call, person: str, path: str, text: str) -> Kept:
    mine = KeptForm.filter(person_id=person)
    await mine.filter(path=path).delete()
    older = await mine.order_by("-until_at").offset(MOST - 1).limit(MOST)
    await KeptForm.filter(code__in=[row.code for row in older]).delete()
    code = new_code(20)
    sealed = vault.sealed(call.tools.keys, person, code, text)
    until_at = call.now + LIFE
    await KeptForm.create(code=code, person_id=person, path=path, typed=sealed, until_at=until_at)
    return Kept(code, path)


async def kept(call: Call, code: str) -> tuple[Kept, dict[str, Any]]:
    """A form of the asker's and what stood in it; raises not_found."""
    mine = KeptForm.filter(code=code, person_id=call.actor.code, until_at__gt=call.now)
    row = await mine.first() if call.actor.signed_in else None
    if row is None:
        raise not_found("kept")
    return Kept(code, row.path), json.loads(
        vault.opened(call.tools.keys, call.actor.code, code, row.typed)
    )
