"""What is asked of the database while a block runs."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from market.infra import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement outside of a unit, as it comes."""
    said: list[str] = []
    client = db.connection()

    def counted(real: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def ask(query: str, *values: Any) -> object:
            said.append(query)
            return await real(query, *values)

        return ask

    with (
        patch.object(client, "execute_query", counted(client.execute_query)),
        patch.object(client, "execute_query_dict", counted(client.execute_query_dict)),
    ):
        yield said
