"""``mingxuan seal``: apply to a round from the command line, for those who script.

Does what the application page does in a browser, and cannot be lied to by whoever serves a page:
signs in with the agency's certificate, asks for admission under a fresh one-time key, seals both
envelopes here, uploads them without the session, and prints the receipt. Replacing and withdrawing
take the voucher file that it writes.
"""

import getpass
import json
import secrets
import uuid
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from market.kernel.clock import system_clock
from market.kernel.money import parse_fen
from signing import admission, cms, sealed
from signing.canonical import JsonObject, b64
from signing.signer import Signer

TIMEOUT = 30.0


def seal(
    url: Annotated[str, typer.Argument(help="The city, such as https://dazhou.example")],
    code: Annotated[str, typer.Argument(help="The round, such as DZ-2026-000318/1")],
    certificate: Annotated[Path, typer.Option(help="The agency's PKCS#12 file.")],
    price: Annotated[str | None, typer.Option(help="The price in yuan, for a price round.")] = None,
    voucher: Annotated[Path, typer.Option(help="Where the one-time key is kept.")] = Path(
        "voucher.json"
    ),
    withdraw: Annotated[bool, typer.Option(help="Withdraw what the voucher applied.")] = False,
    password: Annotated[str | None, typer.Option(envvar="MINGXUAN_P12_PASSWORD")] = None,
) -> None:
    """Apply sealed, replace (same voucher again), or withdraw."""
    own = {"Origin": url.rstrip("/")}
    with httpx2.Client(base_url=url, timeout=TIMEOUT, trust_env=False, headers=own) as client:
        terms = _ok(client.get(f"/api/rounds/{code}/terms"))
        kept = json.loads(voucher.read_text()) if voucher.exists() else None
        if withdraw:
            typer.echo(json.dumps(_withdraw(client, code, terms, kept), indent=1))
            return
        secret = password if password is not None else getpass.getpass("PKCS#12: ")
        signer = _signer(certificate, secret)
        fen = parse_fen(price) if price is not None else None
        _must_fit(terms, fen)
        kept = kept or _admitted(client, code, signer)
        kept["seq"] = kept.get("seq", 0) + 1
        voucher.touch(mode=0o600)
        voucher.write_text(json.dumps(kept))
        typer.echo(json.dumps(_apply(client, code, terms, kept, signer, fen), indent=1))


def _admitted(client: httpx2.Client, code: str, signer: Signer) -> dict[str, Any]:
    asked = _ok(client.post("/api/sign-in/challenge", json={}))
    signature = cms.sign(asked["text"].encode(), signer, system_clock())
    _ok(
        client.post("/api/sign-in/certificate", json={"id": asked["id"], "cms_b64": b64(signature)})
    )
    key = Ed25519PrivateKey.generate()
    author = key.public_key().public_bytes_raw().hex()
    answer = _ok(
        client.post(f"/api/rounds/{code}/admission", json={"author": author}, headers=_key())
    )
    client.cookies.clear()
    return {"key": key.private_bytes_raw().hex(), "seq": 0, **answer}


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
        cms=cms.sign(statement.encode(), signer, system_clock()),
    )
    body = {
        "application": sealed.seal("application", application, sealed_under, key, kept["seq"]),
        "identity": sealed.seal("identity", identity, sealed_under, key, kept["seq"]),
    }
    texts = {name: data.decode() for name, data in body.items()}
    return _ok(client.post(f"/api/rounds/{code}/envelopes", json=texts, headers=_key()))


def _withdraw(
    client: httpx2.Client, code: str, terms: JsonObject, kept: dict[str, Any] | None
) -> JsonObject:
    if kept is None:
        raise typer.BadParameter("withdrawing takes the voucher file of the application")
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["key"]))
    body = admission.withdrawal(key, about=terms["about"], seq=kept["seq"])
    return _ok(client.post(f"/api/rounds/{code}/withdrawals", json=body, headers=_key()))


def _must_fit(terms: JsonObject, fen: int | None) -> None:
    """Refuse before sealing what would be void at the opening."""
    if terms["way"] == "price" and not fen:
        raise typer.BadParameter("this round asks for a price above zero: --price 12345.67")
    if terms["way"] != "price" and fen is not None:
        raise typer.BadParameter("this round asks for no price")
    most = terms["control_price_fen"]
    if fen is not None and most is not None and fen > most:
        raise typer.BadParameter(f"the price is above the control price of {most / 100:.2f} yuan")


def _signer(path: Path, password: str) -> Signer:
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            path.read_bytes(), password.encode()
        )
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path}: {error}") from error
    return Signer(certificate, key, tuple(chain))  # type: ignore[arg-type]  # EC or RSA, checked when signing


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _ok(answer: httpx2.Response) -> JsonObject:
    body: JsonObject = answer.json()
    if answer.is_error:
        typer.echo(body.get("detail", answer.text), err=True)
        raise typer.Exit(1)
    return body
