"""Taking certificates back: revocation from an instant on, and the numbered lists that say so.

A list names what was revoked by its own time (RFC 5280 §5). What a revocation does to a signature
is decided where signatures are checked.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.authority import files, profiles
from signing.authority.office import Office
from signing.core.canonical import JsonObject, instant, read_instant
from signing.core.errors import Refused

_LIVES = {"root": profiles.ROOT_CRL_LIFE, "intermediate": profiles.CRL_LIFE}


def revoke(office: Office, certificate: x509.Certificate, at: datetime, reason: str) -> None:
    """Revoke from an instant on: signatures stamped before it stay good. It cannot be undone.

    Reason is one of `REASONS`. Refuses with `revocation_reason`, `not_issued_here`,
    `already_revoked`.
    """
    if reason not in profiles.REASONS:
        raise Refused("revocation_reason", "{reason} is no reason to revoke", reason=reason)
    if (
        certificate != office.intermediate
        and not files.issued(office.directory, certificate.serial_number).exists()
    ):
        raise Refused("not_issued_here", "this certificate was not issued here")
    state = files.state(office.directory)
    serial = f"{certificate.serial_number:x}"
    if any(entry["serial"] == serial for entry in state["revoked"]):
        raise Refused("already_revoked", "this certificate is revoked already")
    entry = {"serial": serial, "at": instant(at), "reason": reason}
    files.write_state(office.directory, state | {"revoked": [*state["revoked"], entry]})


def crls(office: Office, at: datetime) -> tuple[bytes, bytes]:
    """Publish fresh lists of the root and of the intermediate, both numbered, as DER."""
    state = files.state(office.directory)
    number = state["crl_number"] + 1
    own = f"{office.intermediate.serial_number:x}"
    due = [entry for entry in state["revoked"] if read_instant(entry["at"]) <= at]
    signers = {
        "root": (office.root, office.root_key, [e for e in due if e["serial"] == own]),
        "intermediate": (
            office.intermediate,
            office.intermediate_key,
            [e for e in due if e["serial"] != own],
        ),
    }
    made = []
    for name, (issuer, key, entries) in signers.items():
        builder = _list(issuer, number, at, at + _LIVES[name])
        for entry in entries:
            builder = builder.add_revoked_certificate(_entry(entry))
        der = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
        (office.directory / "crl" / f"{name}-{number}.crl").write_bytes(der)
        made.append(der)
    files.write_state(office.directory, state | {"crl_number": number})
    return made[0], made[1]


def _list(
    issuer: x509.Certificate, number: int, at: datetime, until: datetime
) -> x509.CertificateRevocationListBuilder:
    key = issuer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise Refused("key_kind", "the authority's key is of a strange kind")
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(until)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key), critical=False)
    )


def _entry(entry: JsonObject) -> x509.RevokedCertificate:
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(int(entry["serial"], 16))
        .revocation_date(read_instant(entry["at"]))
        .add_extension(x509.CRLReason(x509.ReasonFlags(entry["reason"])), critical=False)
        .build()
    )
