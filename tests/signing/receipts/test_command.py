"""`mingxuan receipt`: what saved receipts say, alone and with a dossier, and how each ends.

The dossiers and the voucher are those that the version of 2026-11-22 left; the receipts of its
rounds are signed again by the city's key, which was derived from a label.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.__main__ import main
from signing.core.canonical import JsonObject, dumps, loads
from signing.dossier.reader import opened
from signing.draw.transcript import EXCLUDED
from signing.receipts import saved
from signing.receipts.outcome import Outcome
from signing.receipts.words import told
from signing.rounds import admission
from signing.rounds.freeze import LEFT_OUT
from tests.factories import commands
from tests.factories.commands import Said
from tests.factories.releases import FIRST, unpacked

VOUCHER = FIRST / "voucher.json"  # closed by that version's seal.js, with the password "demo"
PLATFORM = Ed25519PrivateKey.from_private_bytes(
    sha256(b"mingxuan 2026-11-22 platform platform").digest()
)
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def dossiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked("city", tmp_path_factory.mktemp("then")) / "dossiers"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MINGXUAN_P12_PASSWORD", "demo")
    return lambda *words: commands.said(main, "receipt", *words)


def freeze_of(dossier: Path) -> JsonObject:
    with opened(dossier) as archive:
        (path,) = archive.below("freeze/")
        body: JsonObject = loads(archive.read(path))
    return body


def signed(about: str, row: JsonObject) -> JsonObject:
    return admission.receipt(
        PLATFORM,
        about=about,
        envelopes=[row["application"], row["identity"]],
        index=row["index"],
        salt=bytes.fromhex(row["salt"]),
        at="2026-12-04T08:07:00.000Z",
    )


def test_everybody_in_a_freeze_finds_its_code_and_result(
    dossiers: Path, tmp_path: Path, run: Run
) -> None:
    said = {}
    for name in ("concluded", "moved"):
        freeze = freeze_of(dossiers / f"{name}.zip")
        for number, row in enumerate(freeze["accepted"]):
            file = tmp_path / f"{name}-{number}.json"
            file.write_text(json.dumps(signed(freeze["about"], row), indent=1))
            paths = ("--dossier", dossiers / f"{name}.zip", "--trust", dossiers / "trust.json")
            done = run(file, *paths)
            assert (done.exit_code, done.stderr) == (0, ""), done.output
            (result,) = (line for line in done.stdout.splitlines() if "your code" in line)
            said.setdefault(name, set()).add(result.partition(" / your code ")[2])
    codes = {name: {one[:4] for one in some} for name, some in said.items()}
    assert codes == {"concluded": {"A-01", "A-02"}, "moved": {"A-01", "A-02"}}
    results = {name: {one[6:] for one in some} for name, some in said.items()}
    assert results == {
        "concluded": {"selected", "not selected"},
        "moved": {
            "selected",
            "selected at first, then the next followed: the explanation was refused",
        },
    }


def test_a_voucher_of_then_is_read_and_anchored_only_by_keys_from_elsewhere(
    dossiers: Path, run: Run
) -> None:
    trust, dossier = dossiers / "trust.json", dossiers / "moved.zip"
    alone = run(VOUCHER)
    assert alone.exit_code == 0
    assert "unchecked" in alone.stdout
    assert "signed by the platform" in run(VOUCHER, "--trust", trust).stdout
    with_dossier = run(VOUCHER, "--dossier", dossier)
    assert with_dossier.exit_code == 0
    assert "您的代号 甲-02：中选" in with_dossier.stdout
    assert "NOT ANCHORED" in with_dossier.stdout
    assert "ANCHORED" not in run(VOUCHER, "--dossier", dossier, "--trust", trust).stdout


def test_a_receipt_without_a_row_was_concealed(dossiers: Path, tmp_path: Path, run: Run) -> None:
    freeze = freeze_of(dossiers / "moved.zip")
    row = freeze["accepted"][0]
    file = tmp_path / "hidden.json"
    for change in ({"index": row["index"] + 1}, {"application": "ab" * 32}):
        file.write_bytes(dumps(signed(freeze["about"], row | change)))
        done = run(file, "--dossier", dossiers / "moved.zip")
        assert done.exit_code == 1
        assert "CONCEALED BY THE PLATFORM" in done.stderr
        assert "your code" not in done.output


def test_a_round_that_failed_before_its_freeze_opened_nothing(
    dossiers: Path, tmp_path: Path, run: Run
) -> None:
    row = {"application": "ab" * 32, "identity": "cd" * 32, "index": 9, "salt": "00" * 32}
    file = tmp_path / "failed.json"
    file.write_bytes(dumps(signed("round:DZ-2026-000002/1", row)))
    done = run(file, "--dossier", dossiers / "failed.zip")
    assert done.exit_code == 0
    assert "the round failed: too few applied" in done.stdout


def test_what_does_not_hold_ends_with_one(dossiers: Path, tmp_path: Path, run: Run) -> None:
    freeze = freeze_of(dossiers / "moved.zip")
    file = tmp_path / "forged.json"
    file.write_bytes(
        dumps(signed(freeze["about"], freeze["accepted"][0]) | {"at": "2026-12-04T08:08:00.000Z"})
    )
    for words in (("--trust", dossiers / "trust.json"), ("--dossier", dossiers / "moved.zip")):
        done = run(file, *words)
        assert done.exit_code == 1
        assert "signature" in done.stderr
    data = bytearray((dossiers / "moved.zip").read_bytes())
    data[len(data) // 2] ^= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    done = run(VOUCHER, "--dossier", changed)
    assert done.exit_code == 1
    assert "does not hold: check 1" in done.stderr


BROKEN = {
    "another file": (b"%PDF-1.7", "no whole voucher or receipt"),
    "an empty one": (b"", "no whole voucher or receipt"),
    "a list": (b"[]", "no whole voucher or receipt"),
    "deep": (b"[" * 100_000, "no whole voucher or receipt"),
    "cut": (VOUCHER.read_bytes()[:-200], "no whole voucher or receipt"),
    "few rounds": (VOUCHER.read_bytes().replace(b"600000", b"1"), "no whole voucher or receipt"),
    "changed": (VOUCHER.read_bytes().replace(b'_b64":"a', b'_b64":"b'), "password does not open"),
    "30 MB": (b'{"kind":"receipt","x":"' + b"x" * 30_000_000 + b'"}', "too large"),
    "unused": (b'{"key":"00","seq":0,"admission":{"about":"round:A-1/1"}}', "holds no receipt"),
    "not of one round": (b'{"kind":"receipt","about":7}', "no whole voucher or receipt"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_receipt_is_said_so_and_ends_with_two(
    tmp_path: Path, run: Run, name: str
) -> None:
    data, sentence = BROKEN[name]
    file = tmp_path / "file.json"
    file.write_bytes(data)
    done = run(file)
    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert "Traceback" not in done.output


def test_other_dossiers_and_missing_files_give_no_verdict(
    dossiers: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = run(VOUCHER, "--dossier", dossiers / "concluded.zip")
    assert other.exit_code == 2
    assert "this dossier is not of round:DZ-2026-000004/1" in other.stderr
    assert run(VOUCHER, "--dossier", VOUCHER).exit_code == 2
    assert run(VOUCHER, "--trust", VOUCHER).exit_code == 2
    assert run(VOUCHER, "--dossier", tmp_path / "nowhere.zip").exit_code == 2
    assert run(tmp_path / "nowhere.json").exit_code == 2
    monkeypatch.setenv("MINGXUAN_P12_PASSWORD", "Demo")
    assert "password does not open" in run(VOUCHER).stderr


def test_the_open_voucher_of_the_command_line_keeps_its_receipts() -> None:
    row = {"application": "ab" * 32, "identity": "cd" * 32, "index": 9, "salt": "00" * 32}
    about = "round:DZ-2026-000318/1"
    first, then = (signed(about, row | {"index": index}) for index in (9, 12))
    body = {"key": "00" * 32, "seq": 2, "admission": {"about": about}, "receipts": [first, then]}
    kept = saved.read(json.dumps(body).encode(), lambda: pytest.fail("it has no password"))
    assert (kept.about, [one["index"] for one in kept.receipts]) == (about, [9, 12])


def test_every_reason_of_the_closed_lists_has_its_words() -> None:
    for reason in (*LEFT_OUT, *EXCLUDED):
        assert reason not in told(Outcome("excluded", ground=reason))
    assert "A_LATER_ONE" in told(Outcome("excluded", ground="A_LATER_ONE"))
