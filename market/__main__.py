"""``mingxuan`` and ``python -m market``: the command line."""

from market.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
