"""``mingxuan`` and ``python -m market``: the table of contents of the command line."""

import typer

from market.cli import check, demo, diagrams, order, people, seal, serve
from signing.cli import verify
from signing.regulator.command import app as audit
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
app.command("diagrams")(diagrams.diagrams)
app.add_typer(order.app, name="order")
app.add_typer(audit, name="audit")
app.add_typer(trustee, name="trustee")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
