"""The files of a small authority: one directory, plain and readable by openssl.

`authority.json` (canonical, rewritten whole and by rename), `root.*` and `intermediate.*` (keys in
files that only their owner reads), `issued/<serial>.pem`, `crl/`. One process writes it.
"""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from signing.authority.profiles import PrivateKey
from signing.core.canonical import JsonObject, dumps, loads
from signing.core.errors import Refused


def issued(directory: Path, serial: int) -> Path:
    """Where the copy of an issued certificate lies."""
    return directory / "issued" / f"{serial:x}.pem"


def state(directory: Path) -> JsonObject:
    """Read what the authority is and whom it revoked; refuses with `no_authority`."""
    try:
        read: JsonObject = loads((directory / "authority.json").read_bytes())
    except FileNotFoundError:
        raise Refused("no_authority", "there is no authority in this directory") from None
    return read


def write_state(directory: Path, state: JsonObject) -> None:
    """Replace the state, by rename."""
    draft = directory / "authority.json.new"
    draft.write_bytes(dumps(state))
    draft.replace(directory / "authority.json")


def write_certificate(path: Path, certificate: x509.Certificate) -> None:
    """Write PEM."""
    path.write_bytes(certificate.public_bytes(Encoding.PEM))


def write_key(path: Path, key: PrivateKey) -> None:
    """Write an unencrypted key that only the owner of the process may read."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def read_key(path: Path) -> PrivateKey:
    """Read an EC or RSA key."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Refused("key_kind", "the authority's key is of a strange kind")
    return key
