"""The command line applies, replaces and withdraws, and believes no keys but the pinned ones."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from market.__main__ import main
from market.cli.seal import must_be_admitted, must_be_the_round
from market.selection.models import Admitted, Submission, Withdrawal
from market.selection.pages.round_data import terms
from signing.core.errors import Refused
from signing.log.anchors import read_anchors
from signing.rounds import admission
from tests.factories.commands import Said, said
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Applicant, Town


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[str]:
    config = uvicorn.Config(town.city.app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it no other way
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running


def p12(who: Applicant, folder: Path) -> Path:
    path = folder / "agency.p12"
    signer, lock = who.signer, BestAvailableEncryption(b"demo")
    chain = list(signer.chain)
    path.write_bytes(
        serialize_key_and_certificates(b"x", signer.key, signer.certificate, chain, lock)  # type: ignore[arg-type]  # EC or RSA
    )
    return path


async def run(*arguments: object) -> Said:
    return await asyncio.to_thread(said, main, "seal", *arguments, "--password", "demo")


async def test_it_applies_replaces_and_withdraws_under_one_key(
    town: Town, accepting: RoundAsItStands, tmp_path: Path
) -> None:
    keys, voucher = tmp_path / "keys.json", tmp_path / "voucher.json"
    keys.write_bytes(town.city.tools.anchors.data)
    rest = ("--certificate", p12(town.applicants[0], tmp_path), "--keys", keys)
    rest = (*rest, "--voucher", voucher)
    code = accepting.about.removeprefix("round:")
    async with serving(town) as url:
        for price in ("68000", "67000.50"):
            done = await run(url, code, *rest, "--price", price)
            assert done.exit_code == 0, done.output
        done = await run(url, code, *rest, "--withdraw")
        assert done.exit_code == 0, done.output
        shown = await asyncio.to_thread(said, main, "receipt", voucher, "--trust", keys)
        assert shown.exit_code == 0, shown.output
        assert shown.stdout.count("application:") == 2
        assert shown.stdout.count("withdrawal:") == 1
        assert "signed by the platform" in shown.stdout
        other = json.loads(voucher.read_text())
        other["admission"]["about"] = "round:DZ-2026-000999/1"
        voucher.write_text(json.dumps(other))
        assert (await run(url, code, *rest, "--price", "1")).exit_code == 2
    assert [row.seq for row in await Submission.all().order_by("seq")] == [1, 2]
    assert await Admitted.all().count() == 1
    assert (await Withdrawal.get()).seq == 2


async def test_it_seals_for_no_other_trustees_than_the_pinned(
    town: Town, accepting: RoundAsItStands, tmp_path: Path
) -> None:
    book = json.loads(town.city.tools.anchors.data)
    book["trustees"][0]["hpke"] = "ab" * 32
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(book, separators=(",", ":"), sort_keys=True))
    rest = ("--certificate", p12(town.applicants[0], tmp_path), "--keys", keys, "--price", "68000")
    voucher = tmp_path / "voucher.json"
    async with serving(town) as url:
        code = accepting.about.removeprefix("round:")
        done = await run(url, code, *rest, "--voucher", voucher)
    assert done.exit_code == 1
    assert "other keys" in done.stderr
    assert not voucher.exists()
    assert not await Admitted.exists()


@pytest.mark.parametrize(
    ("price", "why"),
    [
        ("-5", "digits"),
        ("8e4", "digits"),
        ("1" * 30, "beyond"),
        ("0.001", "finer"),
        ("0", "above zero"),
        ("99999999", "control"),
    ],
)
async def test_a_price_that_cannot_be_is_refused_before_anything_is_asked(
    town: Town, accepting: RoundAsItStands, tmp_path: Path, price: str, why: str
) -> None:
    code, voucher = accepting.about.removeprefix("round:"), tmp_path / "voucher.json"
    async with serving(town) as url:
        file = p12(town.applicants[0], tmp_path)
        given = ("--certificate", file, "--voucher", voucher, f"--price={price}")
        done = await run(url, code, *given)
    assert done.exit_code == 2
    assert why in done.stderr
    assert not voucher.exists()
    assert not await Admitted.exists()


@pytest.mark.parametrize("name", ["about", "k", "platform_key"])
async def test_terms_that_are_not_the_rounds_are_refused(
    town: Town, accepting: RoundAsItStands, name: str
) -> None:
    code, pins = accepting.about.removeprefix("round:"), read_anchors(town.city.tools.anchors.data)
    said = await terms(accepting.about, town.clock())
    must_be_the_round(said, code, pins)
    other = {"about": "round:DZ-2026-000999/1", "k": 1, "platform_key": "cd" * 32}
    with pytest.raises(Refused, match=r"terms|keys"):
        must_be_the_round({**said, name: other[name]}, code, pins)


async def test_an_admission_of_another_agency_is_refused(
    town: Town, accepting: RoundAsItStands
) -> None:
    """Under it the identity would never bind, and who was drawn would fall away."""
    said, tools = await terms(accepting.about, town.clock()), town.city.tools
    one, other = town.applicants[:2]
    author, salt = "ab" * 32, bytes(32)

    def given(code: str, credit_code: str) -> dict[str, object]:
        commit = admission.agency_commit(salt, code)
        signed = admission.admit(
            tools.keys.ed25519("platform"),
            about=accepting.about,
            author=author,
            red=False,
            commit=commit,
        )
        agency = {"code": one.code, "name": one.name, "credit_code": credit_code}
        return {"admission": signed, "salt": salt.hex(), "agency": agency}

    must_be_admitted(said, author, given(one.code, one.credit_code), one.signer)
    for lie in (given(other.code, one.credit_code), given(one.code, other.credit_code)):
        with pytest.raises(Refused, match="another agency"):
            must_be_admitted(said, author, lie, one.signer)
    with pytest.raises(Refused):
        must_be_admitted(
            {**said, "platform_key": "cd" * 32},
            author,
            given(one.code, one.credit_code),
            one.signer,
        )


@pytest.mark.parametrize(
    ("kind", "said"),
    [("rsa:1024", "只有 1024 位"), ("SM2", "SM2"), (None, "no private key")],
)
async def test_a_file_that_cannot_sign_is_called_what_it_is(
    town: Town, accepting: RoundAsItStands, tmp_path: Path, kind: str | None, said: str
) -> None:
    code, file = accepting.about.removeprefix("round:"), tmp_path / "odd.p12"
    file.write_bytes(await asyncio.to_thread(_odd, tmp_path, kind))
    async with serving(town) as url:
        done = await run(
            url, code, "--certificate", file, "--voucher", tmp_path / "v", "--price", 1
        )
    assert done.exit_code in {1, 2}
    assert said in done.stderr
    assert not await Admitted.exists()


def _odd(folder: Path, kind: str | None) -> bytes:
    curve = ["EC", "-pkeyopt", "ec_paramgen_curve:SM2"] if kind == "SM2" else [kind or "rsa:2048"]
    made = ["req", "-x509", "-subj", "/CN=x", "-nodes", "-newkey", *curve, "-keyout", "key.pem"]
    packed = ["pkcs12", "-export", "-passout", "pass:demo", "-in", "one.pem", "-out", "odd.p12"]
    own = ["-inkey", "key.pem"] if kind else ["-nokeys"]
    for command in ([*made, "-out", "one.pem"], [*packed, *own]):
        subprocess.run(["openssl", *command], cwd=folder, capture_output=True, check=True)
    return (folder / "odd.p12").read_bytes()
