"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key, the same answer.

One row a key, written inside the unit of its use case. The database's unique key makes a second,
concurrent send wait for the first on PostgreSQL; SQLite has one writer anyway. What a use case
returns is kept as JSON and read back into the type that it says it returns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, Protocol, get_type_hints

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError
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


class Number(Protocol):
    """A number that is known only when the transaction ends, such as a ledger index."""

    @property
    def index(self) -> int:
        """The number; readable after the unit."""


@dataclass(frozen=True, slots=True)
class Known:
    """A number of an earlier transaction."""

    index: int


# In a kept answer the number alone stands; read back it is known.
Index = Annotated[
    Number,
    PlainValidator(lambda kept: Known(kept) if isinstance(kept, int) else kept),
    PlainSerializer(lambda number: number.index, return_type=int),
]


class Answer(Model):
    """What was answered to a key. Not linked to an account: anonymous uploads use it too."""

    key = fields.CharField(max_length=128, primary_key=True)
    action = fields.CharField(max_length=120)
    payload_sha256 = fields.CharField(max_length=64)
    result: Any = fields.JSONField(null=True)

    class Meta:
        table = "idempotency_answer"


@cache
def kept_as(action: Callable[..., Any]) -> TypeAdapter[Any]:
    """What writes and reads the answers of ``action``, by its own return annotation."""
    return TypeAdapter(get_type_hints(action, include_extras=True)["return"])


async def first_answer(
    call: Call, action: Callable[..., Any], raw: BaseDBAsyncClient
) -> tuple[bool, Any]:
    """(True, kept result) for a repeated key; otherwise takes the key. Inside a unit on ``raw``.

    Who loses the race for the key waits, and goes on with the winner's answer. Raises
    unprocessable when the key came with other content before, conflict when the answer was kept
    by another version of the platform, which cannot be read any more.
    """
    assert call.retry is not None  # noqa: S101 - the caller looked
    key, payload = call.retry.key, call.retry.payload_sha256
    name = action.__qualname__
    if await sql.rows(raw, _TAKE, key, name, payload):
        return False, None
    row = await Answer.get(key=key)
    if (row.action, row.payload_sha256) != (name, payload):
        raise MarketError("idempotency.other_payload", Kind.UNPROCESSABLE)
    try:
        return True, kept_as(action).validate_python(row.result)
    except ValidationError as error:
        raise MarketError("idempotency.other_version", Kind.CONFLICT) from error


async def keep_answer(
    call: Call, action: Callable[..., Any], result: Any, raw: BaseDBAsyncClient
) -> None:
    """Keep what ``action`` answered to the key taken in this unit on ``raw``."""
    assert call.retry is not None  # noqa: S101 - the caller looked
    await sql.run(raw, _KEEP, kept_as(action).dump_json(result).decode(), call.retry.key)
