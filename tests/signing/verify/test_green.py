"""Every dossier of a founded city holds, and the exit code says how far that can be trusted."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from signing.core.canonical import loads
from signing.log.anchors import Anchors, read_anchors
from signing.verify.checks import CHECKS, verify
from signing.verify.report import HOLDS, NO_DOSSIER, NOT_ANCHORED
from tests.factories.dossiers import Dossiers


def test_every_dossier_holds_and_is_anchored(dossiers: Dossiers) -> None:
    assert set(dossiers.story.values()) <= dossiers.files.keys()
    for code, path in dossiers.files.items():
        report = verify(path, dossiers.trust, dossiers.roots)
        faults = [fault for verdict in report.verdicts for fault in verdict.faults]
        assert (code, faults, report.exit_code) == (code, [], HOLDS)
        assert [verdict.number for verdict in report.verdicts] == list(range(1, 13))


def test_without_a_trust_file_nothing_is_anchored(dossiers: Dossiers) -> None:
    report = verify(dossiers.of("price"))
    assert report.exit_code == NOT_ANCHORED
    assert any("NOT ANCHORED" in line for line in report.lines())
    anchored = verify(dossiers.of("price"), dossiers.trust)
    assert not any("NOT ANCHORED" in line for line in anchored.lines())
    assert any("--roots" in line for line in anchored.lines())


def test_with_another_trust_file_the_ledger_is_a_strangers(dossiers: Dossiers) -> None:
    anchors = read_anchors(dossiers.trust)
    other = Anchors(anchors.origin, bytes(32), anchors.platform, anchors.k, anchors.trustees).data
    report = verify(dossiers.of("price"), other)
    assert 3 in report.failed
    assert "keys.json" in {fault.place for fault in report.verdicts[2].faults}


def test_the_command_says_the_same(dossiers: Dossiers, tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    trust.write_bytes(dossiers.trust)
    command = [sys.executable, "-m", "signing", "verify", str(dossiers.of("failed"))]
    done = subprocess.run(
        [*command, "--trust", str(trust), "--json"], capture_output=True, check=False
    )
    assert done.returncode == HOLDS
    said = loads(done.stdout.strip())
    assert [one["number"] for one in said["checks"]] == [check.number for check in CHECKS]
    assert all(one["holds"] for one in said["checks"])


def test_what_is_no_dossier_is_told_apart(dossiers: Dossiers, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("hello.txt", "hello")
    for path in (other, tmp_path / "missing.zip", Path(__file__)):
        done = subprocess.run(
            [sys.executable, "-m", "signing", "verify", str(path)],
            capture_output=True,
            check=False,
        )
        assert done.returncode == NO_DOSSIER
        assert str(path).encode() in done.stderr


def test_nobody_is_named_who_was_not_chosen(dossiers: Dossiers) -> None:
    """Identity envelopes of the others stay shut; one agency is named, and no other."""
    code = dossiers.story["price"]
    with zipfile.ZipFile(dossiers.files[code]) as archive:
        freeze = json.loads(archive.read(f"freeze/{code}-1.json"))
        names = archive.namelist()
        winner = json.loads(archive.read(f"statements/{code}-1-notice.json"))["agency"]
        everything = b"".join(
            archive.read(name) for name in names if not name.startswith(("trust/", "papers/"))
        )
    identities = {row["identity"] for row in freeze["accepted"]}
    opened = {name[7:-5] for name in names if name.startswith("opened/")}
    assert len(identities & opened) == 1
    codes = {part[:4] for part in everything.split(b"ag-")[1:] if part[:4].isdigit()}
    assert codes == {winner["code"][3:].encode()}
