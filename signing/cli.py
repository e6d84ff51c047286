"""The command line of this library alone: `python -m signing …` (PROTOCOL.md §8).

`verify` needs no server, no database and no network. Exit codes: 0 all holds and is anchored,
1 something fails, 2 not a dossier, 3 all holds but nothing is anchored.
"""

from pathlib import Path
from typing import Annotated

import typer

from signing.trustee.command import app as trustee

app = typer.Typer(name="signing", help="Mingxuan's trust library.", no_args_is_help=True)
app.add_typer(trustee, name="trustee")

NO_DOSSIER = 2


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The dossier, a ZIP.")],
) -> None:
    """Check a dossier without asking anybody."""
    if not file.is_file():
        typer.echo(f"{file}: no such file", err=True)
    raise typer.Exit(NO_DOSSIER)
