"""The documents of a round, kept by their hash. Writing is a step inside a unit."""

from collections.abc import Sequence

from market.kernel.errors import not_found
from market.selection.models import Paper, Round
from signing.core.hashing import sha256


async def keep_paper(round_: Round, name: str, data: bytes) -> str:
    """Store a document; returns its SHA-256 in hex. Inside a unit."""
    digest = sha256(data).hex()
    await Paper.get_or_create(
        sha256=digest, defaults={"round_id": round_.about, "name": name, "data": data}
    )
    return digest


async def paper_of(round_: Round, name: str) -> bytes:
    """The stored bytes of the round's document of that name; raises NOT_FOUND."""
    row = await Paper.filter(round_id=round_.about, name=name).first()
    if row is None:
        raise not_found("paper")
    return bytes(row.data)


async def paper(digest: str | None) -> bytes:
    """The stored bytes of that hash; raises NOT_FOUND."""
    row = await Paper.get_or_none(sha256=digest) if digest else None
    if row is None:
        raise not_found("paper")
    return bytes(row.data)


async def papers(digests: Sequence[str]) -> dict[str, bytes]:
    """The stored bytes of those hashes that are kept."""
    return {row.sha256: bytes(row.data) for row in await Paper.filter(sha256__in=list(digests))}
