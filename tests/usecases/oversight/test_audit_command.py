"""``mingxuan audit`` over a real round: two files in, one finding out, and nobody named."""

import json
from pathlib import Path

from market.__main__ import main
from market.oversight.queries import requests
from market.selection.blind_audit import hand_in
from market.selection.blind_audit.audits import audit_of, bundle_of
from market.selection.forms import SignedAudit
from market.selection.models import Round
from signing.core.canonical import dumps, loads
from signing.trustee import order_key
from tests.factories import commands
from tests.factories.audits import Audited


def run(*args: object) -> tuple[int, str]:
    done = commands.said(main, "audit", *args)
    return done.exit_code, done.output


async def order(case: Audited) -> tuple[int, str]:
    row = await Round.get(about=case.about)
    (case.folder / "prepared.json").write_bytes(await requests.audit(case.call(), row))
    files = ("--secret", case.folder / "audit-key.json", "--out", case.folder / "audit-order.json")
    asked = ("order", case.folder / "prepared.json", "--key", case.key, "--yes", *files)
    done = commands.said(main, *asked)
    return done.exit_code, done.output


async def found(case: Audited, **other: Path) -> tuple[int, str]:
    bundle, trust = case.folder / "bundle.json", case.folder / "trust.json"
    bundle.write_bytes(dumps(await bundle_of(case.round)))
    trust.write_bytes(case.town.city.tools.anchors.data)
    given = {
        "key": case.key,
        "secret": case.folder / "audit-key.json",
        "dossier": await case.dossier(),
        "bundle": bundle,
        "trust": trust,
        "out": case.folder / "finding.json",
    } | other
    return run("open", *(part for name, path in given.items() for part in (f"--{name}", path)))


async def handed_in(case: Audited, name: str) -> None:
    text = (case.folder / name).read_text("utf-8")
    await hand_in.hand_in(case.call(), case.about, SignedAudit(text=text))
    await case.town.turns()


async def test_from_the_order_to_the_finding(twice: Audited) -> None:
    code, said = await order(twice)
    assert (code, (twice.folder / "audit-key.json").stat().st_mode & 0o777) == (0, 0o600)
    secret = loads((twice.folder / "audit-key.json").read_bytes())["x25519"]
    assert secret not in said + (twice.folder / "audit-order.json").read_text()
    assert (await order(twice))[0] == 1  # a key is never replaced
    await handed_in(twice, "audit-order.json")
    code, said = await found(twice)
    assert code == 0
    assert "4 envelopes, 3 different admitted agencies" in said
    assert said.count("REPEATED") == 2
    told = said + (twice.folder / "finding.json").read_text("utf-8")
    for one in twice.applicants:
        assert one.code not in told
        assert one.name not in told
        assert one.credit_code not in told
    await handed_in(twice, "finding.json")
    seen = await audit_of(twice.round)
    assert seen is not None
    assert seen.found is not None
    assert seen.found.agencies == 3


async def test_what_does_not_fit_is_refused_and_nothing_is_written(
    audited: Audited, tmp_path: Path
) -> None:
    assert (await order(audited))[0] == 0
    await handed_in(audited, "audit-order.json")
    order_key.make(tmp_path / "other.json")
    other = audited.folder / "other-key.json"
    other.write_bytes(dumps({"v": 1, "kind": "audit_key", "x25519": "11" * 32}))
    bad = audited.folder / "bad.json"
    bad.write_text("{}")
    twisted = audited.folder / "twisted.json"
    anchors = json.loads(audited.town.city.tools.anchors.data)
    twisted.write_bytes(dumps(anchors | {"platform": "11" * 32}))
    for given, sentence in (
        ({"key": tmp_path / "other.json"}, "another regulator's key"),
        ({"secret": other}, "not the key to which"),
        ({"secret": bad}, "audit key"),
        ({"secret": tmp_path / "none"}, "no such key file"),
        ({"bundle": bad}, "audit bundle"),
        ({"dossier": bad}, "arch"),
        ({"dossier": tmp_path / "none"}, "No such file"),
        ({"trust": bad}, "keys"),
        ({"trust": twisted}, "the dossier does not hold: check 3"),
    ):
        code, said = await found(audited, **given)
        assert code == 1, given
        assert sentence in said, (given, said)
    assert not (audited.folder / "finding.json").exists()
