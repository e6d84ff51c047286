"""`mingxuan audit …`: a blind audit, made where the regulator's keys are and the platform is not.

What `mingxuan order` ordered: `open` takes dossier and bundle from the round's page, opens what the
trustees sealed, and writes the finding. It needs no network. Nobody is named: what is wrong is told
by the codes that everybody sees (PROTOCOL.md §5.7).
"""

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing import terminal
from signing.blind_audit.messages import finding
from signing.core.canonical import dumps, instant, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import Shape, exactly, hex_of, must_have
from signing.trustee import order_key
from signing.trustee.clock import machine_clock

app = typer.Typer(help="A regulator's blind audit of a round.", no_args_is_help=True)
KeyFile = Annotated[Path, typer.Option("--key", help="The regulator's order key.")]
Secret = Annotated[Path, typer.Option("--secret", help="The key of this audit alone.")]

_SECRET: Shape = {"v": exactly(1), "kind": exactly("audit_key"), "x25519": hex_of(32)}


@app.command(name="open")
def open_(
    key: KeyFile,
    dossier: Annotated[Path, typer.Option(help="The project's dossier, a ZIP.")],
    bundle: Annotated[Path, typer.Option(help="The sealed shares, from the round's page.")],
    trust: Annotated[Path, typer.Option(help="trust.json: keys of ledger and trustees.")],
    roots: Annotated[
        Path | None, typer.Option(help="Folder with the recognised certificate authorities.")
    ] = None,
    secret: Secret = Path("audit-key.json"),
    out: Annotated[Path, typer.Option(help="Where the finding is written.")] = Path("finding.json"),
) -> None:
    """Open every identity of the round here, count the agencies, and sign what was found."""
    from signing.regulator.result import audit  # noqa: PLC0415 - the other commands start a second faster without its PDF library

    regulator = order_key.load(key)
    body, found = audit(
        dossier, loads(bundle.read_bytes()), _secret(secret), trust.read_bytes(), roots
    )
    made = finding(
        regulator,
        body,
        envelopes=found.envelopes,
        agencies=found.agencies,
        faults=found.faults,
        at=instant(machine_clock()),
    )
    out.write_bytes(dumps(made))
    for trustee, count in sorted(found.bad.items()):
        terminal.say(f"✗ {trustee}: {count} of its boxes do not open or do not fit", err=True)
    terminal.say(f"{found.envelopes} envelopes, {found.agencies} different admitted agencies")
    for one in sorted(found.faults, key=found.codes.__getitem__):
        terminal.say(f"✗ {found.codes[one]} {found.faults[one]} {one[:12]}…")
    terminal.say(f"{out}: hand it in on the round's page, then destroy {secret}.")


def _secret(path: Path) -> X25519PrivateKey:
    try:
        body = must_have("audit key", loads(path.read_bytes()), _SECRET)
    except OSError:
        raise Refused("missing", "{file}: there is no such key file", file=path.name) from None
    return X25519PrivateKey.from_private_bytes(unhex(body["x25519"]))
