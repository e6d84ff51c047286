"""Recognised authorities as files: a canonical `trust.json`, certificates and CRLs beside it.

The description names certificates by the SHA-256 of their DER, so whoever has the description from
a safe place may take the files from anywhere, a dossier included. Which of it counts for what is
decided in `trust`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.core import durable
from signing.core.canonical import Json, JsonObject, b64, dumps, instant, loads, read_instant
from signing.core.errors import Refused
from signing.core.shape import (
    exactly,
    hex_of,
    is_base64,
    is_instant,
    is_text,
    list_of,
    must_have,
    nullable,
)
from signing.pki.key_uses import USES
from signing.pki.subject_profiles import SubjectProfile, read_profile
from signing.pki.subjects import UNREADABLE
from signing.pki.trust import Authority, Trust, read_crl

LARGEST = 64 * 1024  # bytes of a certificate

_AUTHORITY = {
    "id": is_text,
    "name": is_text,
    "city": is_text,
    "uses": list_of(exactly(*USES)),
    "from_at": is_instant,
    "until_at": nullable(is_instant),
    "roots": list_of(hex_of(32)),
    "intermediates": list_of(hex_of(32)),
}
_SUBJECTS = {"subjects": list_of(lambda value: isinstance(value, dict))}
_WRITTEN = {"issuer": is_base64, "holder": is_text, "reads": lambda value: isinstance(value, list)}
_TRUST = {
    "v": exactly(1),
    "kind": exactly("trust"),
    "authorities": list_of(lambda value: isinstance(value, dict)),
}


def dumped(thing: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    """Give the DER bytes."""
    return thing.public_bytes(Encoding.DER)


def read_certificate(data: bytes) -> x509.Certificate:
    """Read one certificate, DER or PEM; refuses with `unreadable_certificate`."""
    try:
        if len(data) > LARGEST:
            raise ValueError("no certificate is so large")
        if data.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except UNREADABLE:
        raise Refused("unreadable_certificate", "this is not an X.509 certificate") from None


def described(trust: Trust) -> list[JsonObject]:
    """Give the authorities as canonical JSON values; certificates by SHA-256 of their DER."""
    return [
        {
            "id": a.id,
            "name": a.name,
            "city": a.city,
            "uses": list(a.uses),
            "from_at": instant(a.begins),
            "until_at": None if a.ends is None else instant(a.ends),
            "roots": [_name(c) for c in a.roots],
            "intermediates": [_name(c) for c in a.intermediates],
        }
        | ({"subjects": [one.described() for one in a.subjects]} if a.subjects else {})
        for a in trust.authorities
    ]


def written_subjects(trust: Trust) -> list[JsonObject]:
    """Give how subjects are written, by the DER name (base64) of who issues the certificates."""
    some = (authority for authority in trust.authorities if authority.subjects)
    return [
        {"issuer": b64(c.subject.public_bytes()), **profile.described()}
        for authority in some
        for c in (*authority.roots, *authority.intermediates)
        for profile in authority.subjects
    ]


def profiles_in(written: Json, certificate: x509.Certificate) -> tuple[SubjectProfile, ...]:
    """Read of `written_subjects` what is for a certificate's issuer; refuses with `shape`."""
    issuer = b64(certificate.issuer.public_bytes())
    listed = [must_have("subjects", one, _WRITTEN) for one in written or ()]
    own = (one for one in listed if one["issuer"] == issuer)
    return tuple(read_profile({"holder": one["holder"], "reads": one["reads"]}) for one in own)


def files(trust: Trust) -> dict[str, bytes]:
    """Give what stands beside the description, as relative path → DER bytes."""
    found: dict[str, bytes] = {}
    for authority in trust.authorities:
        found |= {f"roots/{_name(c)}.cer": dumped(c) for c in authority.roots}
        found |= {f"intermediates/{_name(c)}.cer": dumped(c) for c in authority.intermediates}
    return found | {f"crls/{_name(c)}.crl": dumped(c) for c in trust.crls}


def assembled(authorities: Json, beside: Mapping[str, bytes]) -> Trust:
    """Build a trust from a description and files (path → bytes, `.crl` or certificates).

    A certificate is found by its hash, so the files need not be trusted, only the description.
    Refuses with `shape`, `missing_certificate`, `unreadable_certificate` or `unreadable_crl`.
    """
    by_hash = {}
    for path, data in beside.items():
        if not path.endswith(".crl"):
            certificate = read_certificate(data)
            by_hash[_name(certificate)] = certificate
    if not isinstance(authorities, list):
        raise Refused("shape", "the authorities are not a list")
    read = tuple(_authority(value, by_hash) for value in authorities)
    return Trust(read).with_crls(data for path, data in beside.items() if path.endswith(".crl"))


def save(trust: Trust, directory: Path) -> None:
    """Write the files, then the `trust.json` that names them; each is there whole or not at all."""
    for path, data in files(trust).items():
        durable.write(directory / path, data)
    body = {"v": 1, "kind": "trust", "authorities": described(trust)}
    durable.write(directory / "trust.json", dumps(body))


def load(directory: Path) -> Trust:
    """Read what `save` wrote, or what an operator put there (DER or PEM, any file names).

    A file that cannot be read closes the folder to nobody: it is told in `Trust.unread`.
    """
    body = must_have("trust.json", loads((directory / "trust.json").read_bytes()), _TRUST)
    beside = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.suffix in {".cer", ".crt", ".der", ".pem", ".crl"}
    }
    unread = tuple(path for path, data in beside.items() if not _is_readable(path, data))
    readable = {path: data for path, data in beside.items() if path not in unread}
    return replace(assembled(body["authorities"], readable), unread=unread)


def _is_readable(path: str, data: bytes) -> bool:
    try:
        read_crl(data) if path.endswith(".crl") else read_certificate(data)
    except Refused:
        return False
    return True


def _authority(value: Json, by_hash: Mapping[str, x509.Certificate]) -> Authority:
    written = isinstance(value, dict) and "subjects" in value
    body = must_have("authority", value, _AUTHORITY | (_SUBJECTS if written else {}))

    def certificates(hashes: list[str]) -> tuple[x509.Certificate, ...]:
        for name in hashes:
            if name not in by_hash:
                raise Refused(
                    "missing_certificate", "the certificate {sha256} is missing", sha256=name
                )
        return tuple(by_hash[name] for name in hashes)

    return Authority(
        id=body["id"],
        name=body["name"],
        city=body["city"],
        uses=tuple(body["uses"]),
        begins=read_instant(body["from_at"]),
        ends=None if body["until_at"] is None else read_instant(body["until_at"]),
        roots=certificates(body["roots"]),
        intermediates=certificates(body["intermediates"]),
        subjects=tuple(map(read_profile, body.get("subjects", ()))),
    )


def _name(thing: x509.Certificate | x509.CertificateRevocationList) -> str:
    return hashlib.sha256(dumped(thing)).hexdigest()
