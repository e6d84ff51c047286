"""`python -m signing`: the trust library from the command line."""

from collections.abc import Sequence
from typing import NoReturn

from signing import terminal
from signing.cli import app


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, that of this process unless given."""
    terminal.run(lambda: app(args=arguments, prog_name="python -m signing"))


if __name__ == "__main__":
    main()
