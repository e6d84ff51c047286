"""``mingxuan seal``: apply to a round from the command line, for those who script.

Does what the application page does in a browser: signs in with the agency's certificate, asks for
admission under a fresh one-time key, seals both envelopes here, uploads them without the session,
and prints the receipt. Replacing and withdrawing take the voucher file that it writes, before it
asks: a key that was admitted is never lost. With ``--keys``, the city's keys got by another way, it
cannot be lied to: trustees, admission and receipt must be theirs.
"""

import getpass
import json
import secrets
import uuid
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from market.kernel.clock import system_clock
from market.kernel.errors import Kind, MarketError
from market.kernel.money import parse_fen
from market.web.i18n import say
from signing import terminal
from signing.cms.signer import Signer
from signing.core.canonical import JsonObject, b64
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.log.anchors import Anchors, read_anchors
from signing.pki import keys as signing_keys
from signing.pki import trust_files
from signing.pki.subjects import holder
from signing.rounds import admission
from signing.sealing import sealed
from signing.statements import cades
from signing.ways.registry import way_of

TIMEOUT = 30.0


def seal(
    url: Annotated[str, typer.Argument(help="The city, such as https://dazhou.example")],
    code: Annotated[str, typer.Argument(help="The round, such as DZ-2026-000318/1")],
    certificate: Annotated[Path, typer.Option(help="The agency's PKCS#12 file.")],
    price: Annotated[str | None, typer.Option(help="The price in yuan, for a price round.")] = None,
    voucher: Annotated[
        Path | None, typer.Option(help="Where the one-time key is kept; else named for the round.")
    ] = None,
    withdraw: Annotated[bool, typer.Option(help="Withdraw what the voucher applied.")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="The city's keys.json, got by another way than from it.")
    ] = None,
    password: Annotated[str | None, typer.Option(envvar="MINGXUAN_P12_PASSWORD")] = None,
) -> None:
    """Apply sealed, replace (same voucher again), or withdraw."""
    own = {"Origin": url.rstrip("/"), "Accept-Language": "en"}
    if keys is None:
        terminal.say("without --keys the keys are those that the server names", err=True)
    voucher = voucher or Path(f"voucher-{code.replace('/', '-')}.json")
    pins = read_anchors(keys.read_bytes()) if keys else None
    with httpx2.Client(base_url=url, timeout=TIMEOUT, trust_env=False, headers=own) as client:
        terms = _ok(client.get(f"/api/rounds/{code}/terms"))
        must_be_the_round(terms, code, pins)
        kept = json.loads(voucher.read_text()) if voucher.exists() else None
        if withdraw:
            withdrawn = _withdraw(client, code, terms, kept)
            _keep(voucher, _with_receipt(kept, withdrawn))
            terminal.say(json.dumps(withdrawn, indent=1))
            return
        secret = password if password is not None else getpass.getpass("PKCS#12: ")
        signer = _signer(certificate, secret)
        fen = _fen(price) if price is not None else None
        _must_fit(terms, fen)
        fresh = {"key": Ed25519PrivateKey.generate().private_bytes_raw().hex(), "seq": 0}
        kept = _keep(voucher, kept or fresh)
        if kept.get("admission", terms)["about"] != terms["about"]:
            raise typer.BadParameter(f"{voucher} is of another round: name a new file")
        if "admission" not in kept:
            kept |= _admitted(client, code, terms, kept, signer)
        kept["seq"] += 1
        _keep(voucher, kept)
        terminal.say(f"{voucher}: the one-time key; keep it to replace or withdraw", err=True)
        receipt = _apply(client, code, terms, kept, signer, fen)
        _keep(voucher, _with_receipt(kept, receipt))
        terminal.say(json.dumps(receipt, indent=1))


def must_be_the_round(terms: JsonObject, code: str, pins: Anchors | None) -> None:
    """Refuse terms of another round, or under other keys than the pinned ones."""
    if terms["about"] != f"round:{code}":
        raise Refused("terms", "{about}: other terms than were asked for", about=terms["about"])
    said = terms["k"], terms["trustees"], terms["platform_key"]
    if pins is not None and said != (
        pins.k,
        [{"id": one.id, "key": one.key} for one in pins.seats],
        pins.platform.hex(),
    ):
        text = "{about}: published under other keys than those of --keys"
        raise Refused("terms", text, about=terms["about"])


def must_be_admitted(terms: JsonObject, author: str, given: JsonObject, signer: Signer) -> None:
    """Refuse an admission that the platform did not sign, or of another agency than asks."""
    platform, about = bytes.fromhex(terms["platform_key"]), terms["about"]
    admitted = admission.check_admission(platform, given["admission"], about=about, author=author)
    agency = given["agency"]
    commit = admission.agency_commit(bytes.fromhex(given["salt"]), agency["code"])
    profiles = trust_files.profiles_in(terms.get("subjects"), signer.certificate)
    found = holder(signer.certificate, profiles)
    own = found.stands_for(agency["name"], agency["credit_code"])
    if admitted["agency_commit"] != commit or not own:
        raise Refused("statement", "admission: another {name}", kind="admission", name="agency")


def _keep(voucher: Path, kept: dict[str, Any]) -> dict[str, Any]:
    voucher.touch(mode=0o600)
    voucher.write_text(json.dumps(kept))
    return kept


def _with_receipt(kept: dict[str, Any] | None, receipt: JsonObject) -> dict[str, Any]:
    """The voucher that `mingxuan receipt` reads later."""
    held = kept or {}
    return held | {"receipts": [*held.get("receipts", []), receipt]}


def _admitted(
    client: httpx2.Client, code: str, terms: JsonObject, kept: dict[str, Any], signer: Signer
) -> JsonObject:
    asked = _ok(client.post("/api/sign-in/challenge", json={}))
    signature = cades.sign(asked["text"].encode(), signer, system_clock())
    _ok(
        client.post("/api/sign-in/certificate", json={"id": asked["id"], "cms_b64": b64(signature)})
    )
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["key"]))
    author = key.public_key().public_bytes_raw().hex()
    answer = _ok(
        client.post(f"/api/rounds/{code}/admission", json={"author": author}, headers=_key())
    )
    client.cookies.clear()
    must_be_admitted(terms, author, answer, signer)
    return answer


def _apply(
    client: httpx2.Client,
    code: str,
    terms: JsonObject,
    kept: dict[str, Any],
    signer: Signer,
    fen: int | None,
) -> JsonObject:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["key"]))
    author = key.public_key().public_bytes_raw().hex()
    about, agency = terms["about"], kept["agency"]
    seats = tuple(sealed.Seat(t["id"], t["key"]) for t in terms["trustees"])
    sealed_under = sealed.Terms(about, terms["k"], seats, terms["opens_at"])
    application = admission.application(secrets.token_bytes(32), kept["admission"], fen)
    statement = admission.identity_statement(
        about=about, author=author, application=application, agency=agency["code"]
    )
    identity = admission.identity(
        agency,
        bytes.fromhex(kept["salt"]),
        certificate=signer.certificate.public_bytes(Encoding.DER),
        statement=statement,
        cms=cades.sign(statement.encode(), signer, system_clock()),
    )
    payloads = {"application": application, "identity": identity}
    body = {
        kind: sealed.seal(kind, data, sealed_under, key, kept["seq"])
        for kind, data in payloads.items()
    }
    texts = {name: data.decode() for name, data in body.items()}
    receipt = _ok(client.post(f"/api/rounds/{code}/envelopes", json=texts, headers=_key()))
    admission.check_receipt(bytes.fromhex(terms["platform_key"]), receipt, about=about)
    if receipt["envelopes"] != [sha256(data).hex() for data in body.values()]:
        raise Refused("statement", "receipt: another {name}", kind="receipt", name="envelopes")
    return receipt


def _withdraw(
    client: httpx2.Client, code: str, terms: JsonObject, kept: dict[str, Any] | None
) -> JsonObject:
    if kept is None:
        raise typer.BadParameter("withdrawing takes the voucher file of the application")
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["key"]))
    body = admission.withdrawal(key, about=terms["about"], seq=kept["seq"])
    return _ok(client.post(f"/api/rounds/{code}/withdrawals", json=body, headers=_key()))


def _fen(price: str) -> int:
    try:
        return parse_fen(price)
    except MarketError as error:
        raise typer.BadParameter(f"{price}: {say('en', error.key)}") from error


def _must_fit(terms: JsonObject, fen: int | None) -> None:
    """Refuse before sealing what would be void at the opening."""
    priced = way_of(terms).priced
    if priced and not fen:
        raise typer.BadParameter("this round asks for a price above zero: --price 12345.67")
    if not priced and fen is not None:
        raise typer.BadParameter("this round asks for no price")
    most = terms["control_price_fen"]
    if fen is not None and most is not None and fen > most:
        raise typer.BadParameter(f"the price is above the control price of {most / 100:.2f} yuan")


def _signer(path: Path, password: str) -> Signer:
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            path.read_bytes(), password.encode()
        )
    except UnsupportedAlgorithm as error:
        sm2 = "1.2.156.10197." in str(error)
        raise _unfit("sm2" if sm2 else "algorithm") from error
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path}: {error}") from error
    if key is None or certificate is None:
        raise typer.BadParameter(f"{path}: no private key with its certificate")
    try:
        signing_keys.of(certificate)
    except Refused as refusal:
        raise _unfit(refusal.code, **refusal.facts) from refusal
    return Signer(certificate, key, tuple(chain))  # type: ignore[arg-type]  # EC or RSA: `signing_keys.of` looked


def _unfit(code: str, **facts: Any) -> MarketError:
    return MarketError(f"signing.{code}", Kind.UNPROCESSABLE, **facts)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _ok(answer: httpx2.Response) -> JsonObject:
    body: JsonObject = answer.json()
    if answer.is_error:
        terminal.say(body.get("detail", answer.text), err=True)
        raise typer.Exit(1)
    return body
