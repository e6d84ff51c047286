"""``mingxuan`` and ``python -m market``: the table of contents of the command line."""

from collections.abc import Sequence
from typing import Final, NoReturn

import httpx2
import typer

from market.cli import check, demo, diagrams, people, seal, serve
from market.kernel.errors import MarketError
from signing import terminal
from signing.cli import verify
from signing.receipts.command import receipt
from signing.regulator.command import app as audit
from signing.regulator.orders import make_key, order
from signing.trustee.command import app as trustee

app = typer.Typer(
    name="mingxuan",
    help="明选: blind while choosing, provable afterwards.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("migrate")(serve.migrate)
app.command("person")(people.person)
app.command("check")(check.check)
app.command("seal")(seal.seal)
app.command("verify")(verify)
app.command("receipt")(receipt)
app.command("diagrams")(diagrams.diagrams)
app.command("order")(order)
app.command("order-key")(make_key)
app.add_typer(audit, name="audit")
app.add_typer(trustee, name="trustee")


def _refused(error: MarketError) -> str:
    from market.web.i18n import say_to_all  # noqa: PLC0415 - most commands need no catalogue

    return say_to_all(error.key, **error.facts)


def _unanswered(error: httpx2.TransportError) -> str:
    return f"{error.request.url}: {error}"


SENTENCES: Final = (
    terminal.Says(MarketError, _refused),
    terminal.Says(httpx2.TransportError, _unanswered),
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, that of this process unless given."""
    terminal.run(lambda: app(args=arguments, prog_name="mingxuan"), SENTENCES)


if __name__ == "__main__":
    main()
