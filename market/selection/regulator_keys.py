"""The regulators' public keys that this city's trustees pin: they sign orders (PROTOCOL.md §4)."""

from pathlib import Path

from signing.trustee.order_key import read_public_file

ORDER_KEYS = "regulators.json"


def order_keys(data: Path) -> tuple[bytes, ...]:
    """The public keys that this city's trustees pin; the operator lays the file down."""
    try:
        return read_public_file((data / ORDER_KEYS).read_bytes())
    except FileNotFoundError:
        return ()
