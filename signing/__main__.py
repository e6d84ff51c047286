"""`python -m signing`: the trust library from the command line."""

from signing.cli import app

if __name__ == "__main__":
    app(prog_name="python -m signing")
