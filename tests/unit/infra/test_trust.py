"""The recognised authorities are those of the operator's folder, as it is now."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from market.infra.trust import TrustFolder
from signing.core.errors import Refused
from tests.factories.authority import found
from tests.factories.clock import FakeClock


def test_without_files_nobody_is_recognised(tmp_path: Path) -> None:
    assert TrustFolder(tmp_path / "trust")().authorities == ()


def test_a_change_of_the_folder_is_seen_at_the_next_call(tmp_path: Path, clock: FakeClock) -> None:
    trust = TrustFolder(tmp_path / "city" / "trust")
    assert trust().authorities == ()
    authority = found(tmp_path / "office", tmp_path / "city", clock())
    first = trust()
    assert len(first.authorities) == 1
    assert trust() is first
    clock.forward(hours=6)
    authority.publish(clock())
    for path in trust.folder.rglob("*.crl"):
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    second = trust()
    assert second is not first
    assert max(c.last_update_utc for c in second.crls) == clock()
    assert max(c.last_update_utc for c in first.crls) == clock() - timedelta(hours=6)


def test_a_folder_without_its_statement_is_refused_not_guessed(
    tmp_path: Path, clock: FakeClock
) -> None:
    found(tmp_path / "office", tmp_path / "city", clock())
    (tmp_path / "city" / "trust" / "trust.json").write_text("{}")
    with pytest.raises(Refused):
        TrustFolder(tmp_path / "city" / "trust")()


def test_a_file_that_goes_while_one_looks_is_no_crash(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(tmp_path / "office", tmp_path / "city", clock())
    trust = TrustFolder(tmp_path / "city" / "trust")
    fleeting = trust.folder / "list.crl.new"
    fleeting.write_bytes(b"")
    real = Path.is_file

    def is_file(path: Path) -> bool:
        there = real(path)
        fleeting.unlink(missing_ok=True)
        return there

    monkeypatch.setattr(Path, "is_file", is_file)
    assert len(trust().authorities) == 1
