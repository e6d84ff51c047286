"""The command line of this library alone: `python -m signing …` (PROTOCOL.md §8).

`verify` needs no server, no database and no network. Exit codes: 0 all holds and is anchored,
1 something fails, 2 not a dossier, 3 all holds but nothing is anchored.
"""

from pathlib import Path
from typing import Annotated

import typer

from signing import terminal
from signing.core.canonical import dumps
from signing.core.errors import Refused
from signing.receipts.command import receipt
from signing.regulator.command import app as audit
from signing.regulator.orders import make_key, order
from signing.trustee.command import app as trustee

app = typer.Typer(name="signing", help="Mingxuan's trust library.", no_args_is_help=True)
app.add_typer(trustee, name="trustee")
app.add_typer(audit, name="audit")
app.command("order")(order)
app.command("order-key")(make_key)
app.command("receipt")(receipt)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The dossier, a ZIP.")],
    trust: Annotated[
        Path | None, typer.Option(help="trust.json: keys of ledger, platform and trustees.")
    ] = None,
    roots: Annotated[
        Path | None, typer.Option(help="Folder with the recognised certificate authorities.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check a dossier without asking anybody."""
    from signing.verify.checks import verify as check  # noqa: PLC0415 - the other commands start a second faster without its PDF library
    from signing.verify.report import NO_DOSSIER  # noqa: PLC0415 - as above

    try:
        report = check(file, trust.read_bytes() if trust else None, roots)
    except (Refused, OSError) as error:
        terminal.say(f"✗ {file}: {error}", err=True)
        raise typer.Exit(NO_DOSSIER) from None
    if as_json:
        terminal.say_json(dumps(report.as_json()))
    else:
        for line in report.lines():
            terminal.say(line)
    raise typer.Exit(report.exit_code)
