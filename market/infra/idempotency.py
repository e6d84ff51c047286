"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key, the same answer.

One row a key, written inside the unit of its use case. The database's unique key makes a second,
concurrent send wait for the first on PostgreSQL; SQLite has one writer anyway.
"""

from typing import Any, Final

import orjson
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from market.infra import sql
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError

# One statement that never fails: a broken constraint would poison the unit on PostgreSQL.
_TAKE: Final = (
    "INSERT INTO idempotency_answer (key, action, payload_sha256) VALUES ($1, $2, $3)"
    " ON CONFLICT DO NOTHING RETURNING key"
)
_KEEP: Final = "UPDATE idempotency_answer SET result = $1 WHERE key = $2"


class Answer(Model):
    """What was answered to a key. Not linked to an account: anonymous uploads use it too."""

    key = fields.CharField(max_length=128, primary_key=True)
    action = fields.CharField(max_length=120)
    payload_sha256 = fields.CharField(max_length=64)
    result: Any = fields.JSONField(null=True)

    class Meta:
        table = "idempotency_answer"


async def first_answer(call: Call, action: str, raw: BaseDBAsyncClient) -> tuple[bool, Any]:
    """(True, kept result) for a repeated key; otherwise takes the key. Inside a unit on ``raw``.

    Who loses the race for the key waits, and goes on with the winner's answer. Raises
    unprocessable when the key came with other content before.
    """
    assert call.retry is not None  # noqa: S101 - the caller looked
    key, payload = call.retry.key, call.retry.payload_sha256
    if await sql.rows(raw, _TAKE, key, action, payload):
        return False, None
    row = await Answer.get(key=key)
    if (row.action, row.payload_sha256) != (action, payload):
        raise MarketError("idempotency.other_payload", Kind.UNPROCESSABLE)
    return True, row.result


async def keep_answer(call: Call, result: Any, raw: BaseDBAsyncClient) -> None:
    """Keep the result of the key taken in this unit on ``raw``."""
    assert call.retry is not None  # noqa: S101 - the caller looked
    text = None if result is None else orjson.dumps(result).decode()
    await sql.run(raw, _KEEP, text, call.retry.key)
