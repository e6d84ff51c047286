"""Files by their hash: kept whole or not at all, never handed out changed."""

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from market.infra.files import RESERVE, FileFolder
from market.kernel.call import Taken
from market.kernel.errors import Kind, MarketError

DATA = "中选通知书".encode()
NAME = hashlib.sha256(DATA).hexdigest()


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", [b"", DATA, bytes(range(256)) * 5000])
async def test_what_was_put_is_got_by_its_hash(tmp_path: Path, data: bytes) -> None:
    files = FileFolder(tmp_path)
    name = await files.put(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert await FileFolder(tmp_path).get(name) == data
    assert await files.put(data) == name
    assert len(everything(tmp_path)) == 1


async def test_a_changed_file_is_not_handed_out(tmp_path: Path) -> None:
    files = FileFolder(tmp_path)
    await files.put(DATA)
    [path] = everything(tmp_path)
    path.write_bytes(DATA + b" ")
    with pytest.raises(MarketError, match=r"not_found\.file"):
        await files.get(NAME)


@pytest.mark.parametrize(
    "name",
    ["", "0" * 64, "../../etc/passwd", "A" * 64, NAME.upper(), NAME + "0", NAME[:-1], "é" * 64],
)
async def test_no_other_name_finds_anything(tmp_path: Path, name: str) -> None:
    files = FileFolder(tmp_path)
    await files.put(DATA)
    with pytest.raises(MarketError) as refused:
        await files.get(name)
    assert refused.value.kind is Kind.NOT_FOUND


def full(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("at", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.mkdir"])
async def test_a_full_disk_is_said_and_leaves_nothing_half_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    files = FileFolder(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(at, full)
        with pytest.raises(MarketError) as refused:
            await files.put(DATA)
    assert (refused.value.key, refused.value.kind) == ("files.no_room", Kind.NO_ROOM)
    assert everything(tmp_path) == []
    assert await files.put(DATA) == NAME
    assert await files.get(NAME) == DATA


async def test_bytes_and_their_name_are_on_the_disk_before_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve())
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    folder = tmp_path / "files"
    await FileFolder(folder).put(DATA)
    assert [synced[0], synced[2]] == [folder, folder / NAME[:2]]
    assert synced[1].parent == folder / NAME[:2]


async def coming(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_what_comes_in_pieces_is_kept_by_the_hash_of_the_whole(tmp_path: Path) -> None:
    files = FileFolder(tmp_path)
    taken = await files.take(coming(DATA[:5], b"", DATA[5:]))
    assert taken == Taken(NAME, len(DATA))
    assert await files.take(coming(DATA)) == taken
    assert b"".join([piece async for piece in await files.pieces(NAME)]) == DATA
    assert len(everything(tmp_path)) == 1
    everything(tmp_path)[0].write_bytes(DATA + b" ")
    with pytest.raises(MarketError, match=r"not_found\.file"):
        await files.pieces(NAME)


async def test_what_breaks_off_or_finds_no_room_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield DATA
        raise MarketError("x.y")

    files = FileFolder(tmp_path)
    with pytest.raises(MarketError, match=r"x\.y"):
        await files.take(broken())
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(MarketError) as refused:
        await files.take(coming(DATA))
    assert refused.value.kind is Kind.NO_ROOM
    assert everything(tmp_path) == []


async def test_strangers_files_leave_room_for_what_has_a_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileFolder(tmp_path)
    left = SimpleNamespace(free=RESERVE - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: left)
    with pytest.raises(MarketError) as refused:
        await files.take(coming(DATA))
    assert (refused.value.key, everything(tmp_path)) == ("files.no_room", [])
    assert await files.put(DATA) == NAME, "a paper is kept"
    left.free = RESERVE
    assert await files.take(coming(DATA)) == Taken(NAME, len(DATA))
