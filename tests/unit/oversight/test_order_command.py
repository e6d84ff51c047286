"""``mingxuan order``: what the page prepared is signed as it is, and nothing else is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from market.__main__ import main
from signing.blind_audit import messages
from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.regulator import requests
from signing.trustee import order_key
from signing.trustee.orders import must_be_ordered
from tests.factories import commands, prepared
from tests.factories.prepared import ABOUT, HASH, REASON


def run(*args: object) -> tuple[int, str]:
    done = commands.said(main, *args)
    return done.exit_code, done.output


@pytest.fixture
def public(tmp_path: Path) -> bytes:
    return order_key.make(tmp_path / "key.json")


def sign(folder: Path, data: bytes, key: str = "key.json") -> tuple[int, str]:
    (folder / "prepared.json").write_bytes(data)
    files = ("--out", folder / "order.json", "--secret", folder / "audit-key.json")
    return run("order", folder / "prepared.json", "--key", folder / key, "--yes", *files)


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "own" / "key.json"
    code, said = run("order-key", path)
    assert code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert order_key.load(path).public_key().public_bytes_raw().hex() == said.strip()
    before = path.read_bytes()
    code, said = run("order-key", path)
    assert (code, path.read_bytes()) == (1, before)
    assert "already" in said


def test_a_signed_order_is_what_a_trustee_obeys(tmp_path: Path, public: bytes) -> None:
    code, said = sign(tmp_path, prepared.opening(public) + b"\n")
    assert (code, "甲-03" in said, REASON in said) == (0, True, True)
    body = loads((tmp_path / "order.json").read_bytes())
    assert must_be_ordered((public,), body) == body
    assert (body["about"], body["envelope"], body["reason"]) == (ABOUT, HASH, REASON)
    secret = json.loads((tmp_path / "key.json").read_text())["ed25519"]
    assert secret not in (tmp_path / "order.json").read_text() + said
    again = sign(tmp_path, (tmp_path / "order.json").read_bytes())
    assert (again[0], "signed already" in again[1]) == (1, True)


def test_an_audit_gets_a_key_of_its_own_and_never_another(tmp_path: Path, public: bytes) -> None:
    code, said = sign(tmp_path, prepared.audit(public))
    assert (code, "audit-key.json" in said) == (0, True)
    order = (tmp_path / "order.json").read_bytes()
    body = messages.must_be_ordered([public], loads(order))
    assert (body["about"], body["freeze"]) == (ABOUT, HASH)
    assert (tmp_path / "audit-key.json").stat().st_mode & 0o777 == 0o600
    assert loads((tmp_path / "audit-key.json").read_bytes())["x25519"] not in said + order.decode()
    assert sign(tmp_path, prepared.audit(public))[0] == 1
    assert (tmp_path / "order.json").read_bytes() == order


@pytest.mark.parametrize("name", ["envelope", "about", "reason", "at"])
def test_a_changed_order_is_nobodys(tmp_path: Path, public: bytes, name: str) -> None:
    sign(tmp_path, prepared.opening(public))
    body = loads((tmp_path / "order.json").read_bytes())
    assert must_be_ordered((public,), body)
    other = {"envelope": "cd" * 32, "at": "2026-11-23T01:00:00.000Z"}.get(name, body[name] + "x")
    with pytest.raises(Refused, match="no pinned regulator"):
        must_be_ordered((public,), body | {name: other})


@pytest.mark.parametrize("make", [prepared.opening, prepared.audit])
def test_a_prepared_order_altered_by_one_byte_is_not_signed(
    tmp_path: Path, public: bytes, make: Callable[[bytes], bytes]
) -> None:
    for data in prepared.altered(make(public)):
        with pytest.raises(Refused) as refused:
            requests.read_request(data)
        assert refused.value.code == "request", data
    code, said = sign(tmp_path, make(public).replace(b"000008", b"000009"))
    assert (code, "download it once more" in said) == (1, True)
    assert not (tmp_path / "order.json").exists()
    assert not (tmp_path / "audit-key.json").exists()


def test_nothing_is_written_without_a_key_that_is_obeyed(tmp_path: Path, public: bytes) -> None:
    data = prepared.opening(public)
    assert "no such key file" in sign(tmp_path, data, "none.json")[1]
    order_key.make(tmp_path / "other.json")
    code, said = sign(tmp_path, data, "other.json")
    assert (code, "trustees obey" in said) == (1, True)
    (tmp_path / "bad.json").write_text("{}")
    assert sign(tmp_path, data, "bad.json")[0] == 1
    assert run("order", tmp_path / "none", "--key", tmp_path / "key.json", "--yes")[0] == 1
    assert not (tmp_path / "order.json").exists()


def test_the_public_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    keys = (order_key.make(tmp_path / "a"), order_key.make(tmp_path / "b"))
    assert order_key.read_public_file(order_key.public_file(keys)) == keys
    for bad in (b"", b"{}", b'{"regulators":["ab"],"v":1}', b"[]"):
        with pytest.raises(Refused):
            order_key.read_public_file(bad)
