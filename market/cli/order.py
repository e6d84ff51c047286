"""``mingxuan order``: a regulator's opening orders, made where the key is and the platform is not.

``key`` makes the key file and prints what the trustees pin; ``sign`` writes the signed order, which
is then handed in on the page of the round. Neither needs a network (PROTOCOL.md §4).
"""

from pathlib import Path
from typing import Annotated

import typer

from market.kernel.clock import system_clock
from signing import terminal
from signing.core.canonical import dumps, instant, unhex
from signing.trustee import order_key
from signing.trustee.orders import opening_order

app = typer.Typer(help="A regulator's orders to open an escrow.", no_args_is_help=True)
KeyFile = Annotated[Path, typer.Option("--key", help="The key file; nobody else may hold it.")]


@app.command()
def key(key: KeyFile) -> None:
    """Make a key file and print its public key, for `mingxuan trustee pin --regulator`."""
    terminal.say(order_key.make(key).hex())


@app.command()
def sign(
    key: KeyFile,
    about: Annotated[str, typer.Option(help="The round, such as round:DZ-2026-000318/1.")],
    envelope: Annotated[str, typer.Option(help="SHA-256 of the escrow, from the round's page.")],
    reason: Annotated[str, typer.Option(help="Why, in 10 to 1000 characters.")],
    out: Annotated[Path, typer.Option(help="Where the signed order is written.")] = Path(
        "order.json"
    ),
) -> None:
    """Sign an order to open one escrow, and write it to a file."""
    unhex(envelope, 32)
    order = opening_order(
        order_key.load(key),
        about=about,
        envelope=envelope,
        reason=reason,
        at=instant(system_clock()),
    )
    out.write_bytes(dumps(order))
    terminal.say(f"{out}: {order['kind']} {about} {envelope[:12]}…")
