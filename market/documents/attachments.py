"""Files that hang on a thing of a room above (``project:DZ-2026-000318``); inside its units.

The caller holds the thing's lock and has asked its policy. What is attached was inspected and
stored before (``market.infra.inspection``, ``Files.take``): a row is written once the bytes are
there, so what is listed can be had.
"""

from dataclasses import dataclass
from datetime import datetime

from market.documents.models import Attachment
from market.infra.inspection.kinds import KINDS, Kind
from market.kernel.call import Call
from market.kernel.errors import Kind as ErrorKind
from market.kernel.errors import MarketError, not_found
from market.kernel.ids import new_code


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was inspected and stored."""

    name: str
    kind: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file as it hangs on a thing; whether it was ever public."""

    code: str
    name: str
    kind: Kind
    bytes: int
    sha256: str
    published_at: datetime | None


async def attached(about: str) -> tuple[AttachedFile, ...]:
    """What hangs on the thing now, in the order in which it was attached."""
    rows = await Attachment.filter(about=about, listed=True).order_by("place")
    return tuple(map(_file, rows))


async def ever_attached(about: str, sha256: str) -> AttachedFile:
    """The file of that hash that hangs there, or hung there when it was public."""
    row = await Attachment.get_or_none(about=about, sha256=sha256[:64])
    if row is None:
        raise not_found("file")
    return _file(row)


async def attach(call: Call, about: str, file: StoredFile) -> None:
    """Hang a file on the thing; raises CONFLICT for one too many, too much or the same again.

    What was public under a name keeps it: whoever has announced a file does not rename it.
    """
    rows = await Attachment.filter(about=about)
    before = next((row for row in rows if row.sha256 == file.sha256), None)
    name = before.name if before and before.published_at else file.name
    listed, most = [row for row in rows if row.listed], call.tools.uploads
    if any(row.sha256 == file.sha256 for row in listed):
        raise MarketError("attachment.same_file", ErrorKind.CONFLICT)
    if any(row.name.lower() == name.lower() for row in listed):
        raise MarketError("attachment.same_name", ErrorKind.CONFLICT, name=name)
    if len(listed) >= most.files:
        raise MarketError("attachment.too_many", ErrorKind.CONFLICT, most=most.files)
    if sum(row.bytes for row in listed) + file.bytes > most.in_all:
        raise MarketError("attachment.too_much", ErrorKind.CONFLICT, most=most.in_all >> 20)
    place = 1 + max((row.place for row in rows), default=0)
    if before:
        before.update_from_dict({"listed": True, "name": name, "place": place})
        await before.save()
        return
    await _create(call, about, place, file)


async def detach(about: str, code: str) -> None:
    """Take a file off the thing; what was public stays to be had. Raises NOT_FOUND."""
    row = await Attachment.get_or_none(about=about, code=code[:20], listed=True)
    if row is None:
        raise not_found("file")
    if row.published_at is None:
        await row.delete()
        return
    row.listed = False
    await row.save(update_fields=["listed"])


async def published(call: Call, about: str) -> None:
    """What hangs there now is public from now on."""
    await Attachment.filter(about=about, listed=True, published_at=None).update(
        published_at=call.now
    )


async def copied(call: Call, source: str, about: str) -> None:
    """Hang what hangs on ``source`` on a new thing as well."""
    for place, file in enumerate(await attached(source), 1):
        kept = StoredFile(file.name, file.kind.name, file.bytes, file.sha256)
        await _create(call, about, place, kept)


async def _create(call: Call, about: str, place: int, file: StoredFile) -> None:
    await Attachment.create(
        code=new_code(12),
        about=about,
        place=place,
        name=file.name,
        kind=file.kind,
        bytes=file.bytes,
        sha256=file.sha256,
        added_at=call.now,
    )


def _file(row: Attachment) -> AttachedFile:
    return AttachedFile(
        code=row.code,
        name=row.name,
        kind=KINDS[row.kind],
        bytes=row.bytes,
        sha256=row.sha256,
        published_at=row.published_at,
    )
