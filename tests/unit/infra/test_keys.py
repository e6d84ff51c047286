"""The key store: one key a name whoever comes first, read by its owner alone, gone when told."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from market.infra.keys import KeyFolder


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = KeyFolder(tmp_path / "keys").secret("ledger")
    assert len(first) == 32
    assert KeyFolder(tmp_path / "keys").secret("ledger") == first
    assert KeyFolder(tmp_path / "keys").secret("platform") != first
    key = KeyFolder(tmp_path / "keys").ed25519("ledger")
    assert key.private_bytes_raw() == first


def test_nobody_but_the_owner_may_read(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    keys.secret("ledger")
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    assert [p.stat().st_mode & 0o777 for p in keys.folder.iterdir()] == [0o600]


def test_many_at_once_get_the_same_key_and_leave_nothing_beside_it(tmp_path: Path) -> None:
    gate = threading.Barrier(16)

    def ask(_n: int) -> bytes:
        keys = KeyFolder(tmp_path / "keys")
        gate.wait()
        return keys.secret("round-7")

    with ThreadPoolExecutor(16) as pool:
        got = set(pool.map(ask, range(16)))
    assert len(got) == 1
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["round-7.key"]


def test_who_comes_second_takes_the_first_one_s_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyFolder(tmp_path)
    other = KeyFolder(tmp_path)

    def overtaken(size: int) -> bytes:
        monkeypatch.undo()
        other.secret("ledger")
        return bytes(size)

    monkeypatch.setattr("market.infra.keys.secrets.token_bytes", overtaken)
    assert keys.secret("ledger") == other.secret("ledger") != bytes(32)


def test_a_key_and_its_name_are_on_the_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def told(name: str) -> Callable[..., None]:
        real = getattr(os, name)

        def call(*given: Any) -> None:
            at = given[0] if name == "link" else Path(f"/proc/self/fd/{given[0]}").readlink()
            done.append(f"{name} {'folder' if Path(at) == tmp_path else 'file'}")
            real(*given)

        return call

    for name in ("fsync", "link"):
        monkeypatch.setattr(os, name, told(name))
    KeyFolder(tmp_path).secret("ledger")
    assert done == ["fsync file", "link file", "fsync folder"]
    KeyFolder(tmp_path).destroy("ledger")
    assert done[3:] == ["fsync file", "fsync folder"]


def test_a_destroyed_key_never_comes_back(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    old = keys.secret("round-7")
    keys.destroy("round-7")
    assert list(tmp_path.iterdir()) == []
    assert keys.secret("round-7") != old
    keys.destroy("never-made")


def test_what_a_killed_process_left_of_a_key_goes_with_it(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    keys.secret("round-7")
    keys.secret("round-70")
    os.link(tmp_path / "round-7.key", tmp_path / "round-7.key.0123456789abcdef")
    keys.destroy("round-7")
    assert [path.name for path in tmp_path.iterdir()] == ["round-70.key"]


def test_the_bytes_are_overwritten_before_the_name_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyFolder(tmp_path)
    keys.secret("round-7")
    left: list[bytes] = []
    monkeypatch.setattr(Path, "unlink", lambda path, **_: left.append(path.read_bytes()))
    keys.destroy("round-7")
    assert left == [bytes(32)]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.b", "a b", "键", "a\0b", "."])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a key name"):
        KeyFolder(tmp_path / "keys").secret(name)
    assert list((tmp_path / "keys").iterdir()) == []
