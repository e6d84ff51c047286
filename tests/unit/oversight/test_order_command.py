"""``mingxuan order``: the key stays in its file, the order says what was asked and nothing else."""

import json
from pathlib import Path

import pytest

from market.__main__ import main
from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.trustee import order_key
from signing.trustee.orders import must_be_ordered
from tests.factories import commands

ABOUT, ESCROW, REASON = "round:DZ-2026-000008/1", "ab" * 32, "中选者身份与报名不符，查明报名主体"


def run(*args: object) -> tuple[int, str]:
    done = commands.said(main, "order", *args)
    return done.exit_code, done.output


def sign(key: Path, out: Path, envelope: str = ESCROW) -> tuple[int, str]:
    asked = ("--about", ABOUT, "--envelope", envelope, "--reason", REASON)
    return run("sign", "--key", key, *asked, "--out", out)


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "own" / "key.json"
    code, said = run("key", "--key", path)
    assert code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert order_key.load(path).public_key().public_bytes_raw().hex() == said.strip()
    before = path.read_bytes()
    code, said = run("key", "--key", path)
    assert (code, path.read_bytes()) == (1, before)
    assert "already" in said


def test_a_signed_order_is_what_a_trustee_obeys(tmp_path: Path) -> None:
    _, public = run("key", "--key", tmp_path / "key.json")
    code, said = sign(tmp_path / "key.json", tmp_path / "order.json")
    assert (code, ABOUT in said) == (0, True)
    body = loads((tmp_path / "order.json").read_bytes())
    assert must_be_ordered((bytes.fromhex(public.strip()),), body) == body
    assert (body["about"], body["envelope"], body["reason"]) == (ABOUT, ESCROW, REASON)
    secret = json.loads((tmp_path / "key.json").read_text())["ed25519"]
    assert secret not in (tmp_path / "order.json").read_text() + said


@pytest.mark.parametrize("name", ["envelope", "about", "reason", "at"])
def test_a_changed_order_is_nobodys(tmp_path: Path, name: str) -> None:
    public = order_key.make(tmp_path / "key.json")
    sign(tmp_path / "key.json", tmp_path / "order.json")
    body = loads((tmp_path / "order.json").read_bytes())
    assert must_be_ordered((public,), body)
    other = {"envelope": "cd" * 32, "at": "2026-11-23T01:00:00.000Z"}.get(name, body[name] + "x")
    with pytest.raises(Refused, match="no pinned regulator"):
        must_be_ordered((public,), body | {name: other})


def test_nothing_is_written_without_a_key_or_for_no_hash(tmp_path: Path) -> None:
    code, said = sign(tmp_path / "none.json", tmp_path / "order.json")
    assert (code, "no such key file" in said) == (1, True)
    order_key.make(tmp_path / "key.json")
    assert sign(tmp_path / "key.json", tmp_path / "order.json", "no hash")[0] == 1
    (tmp_path / "bad.json").write_text("{}")
    assert sign(tmp_path / "bad.json", tmp_path / "order.json")[0] == 1
    assert not (tmp_path / "order.json").exists()


def test_the_public_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    keys = (order_key.make(tmp_path / "a"), order_key.make(tmp_path / "b"))
    assert order_key.read_public_file(order_key.public_file(keys)) == keys
    for bad in (b"", b"{}", b'{"regulators":["ab"],"v":1}', b"[]"):
        with pytest.raises(Refused):
            order_key.read_public_file(bad)
