"""`mingxuan order FILE`: a regulator signs what the platform prepared, where the key is.

It reads the file from the round's page, says what would be ordered, and writes the signed order,
which is then handed in there. It needs no network. `mingxuan order-key` makes the key and prints
what the trustees pin (PROTOCOL.md §4, §5.7).
"""

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing import terminal
from signing.core.canonical import JsonObject, dumps, instant
from signing.core.errors import Refused
from signing.regulator import requests
from signing.trustee import order_key
from signing.trustee.clock import machine_clock


def make_key(file: Annotated[Path, typer.Argument(help="Where the key is written.")]) -> None:
    """Make a regulator's key; prints its public half, for `trustee pin --regulator`."""
    terminal.say(order_key.make(file).hex())


def order(
    file: Annotated[Path, typer.Argument(help="The prepared order, from the round's page.")],
    key: Annotated[Path, typer.Option(help="The regulator's key; nobody else may hold it.")],
    out: Annotated[Path, typer.Option(help="Where the signed order is written.")] = Path(
        "order.json"
    ),
    secret: Annotated[
        Path, typer.Option(help="For a blind audit: where the key of this audit is written.")
    ] = Path("audit-key.json"),
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking.")] = False,
) -> None:
    """Sign an order that was prepared on the page: to open an escrow, or for a blind audit."""
    asked = requests.read_request(_read(file))
    regulator = order_key.load(key)
    requests.must_be_known(regulator, asked)
    terminal.say(requests.sentence(asked))
    if not yes:
        typer.confirm("Sign this?", abort=True)
    at = instant(machine_clock())
    if asked["kind"] == requests.OPENING:
        _write(out, requests.signed_opening(regulator, asked, at))
    else:
        fresh = X25519PrivateKey.generate()
        held = {"v": 1, "kind": "audit_key", "x25519": fresh.private_bytes_raw().hex()}
        seal_to = fresh.public_key().public_bytes_raw().hex()
        order_key.lay_down(secret, held)
        _write(out, requests.signed_audit(regulator, asked, seal_to, at))
        terminal.say(f"Keep {secret} until the finding is handed in.")
    terminal.say(f"{out}: hand it in on {asked['page']}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused("missing", "{file}: there is no such file", file=file.name) from None


def _write(out: Path, order_: JsonObject) -> None:
    out.write_bytes(dumps(order_))
