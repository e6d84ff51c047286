"""Statements and tokens once more, by others: the oracle of `cades` and `tokens`.

The profile of statements is read with another parser (asn1crypto), signature, timestamp and chains
are judged by pyHanko; tokens by rfc3161-client with OpenSSL. About a hundred times slower. Refusals
carry the codes of the fast path where both can tell the cause.
"""

from datetime import datetime

from asn1crypto import cms, core
from cryptography import x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

from signing.cms.verdicts import Signed, Stamp
from signing.core.errors import Refused
from signing.pdf import hanko
from signing.pki.subjects import UNREADABLE, holder
from signing.pki.trust import Authority, Trust, must_count
from signing.time import tokens
from signing.time.authority import granted
from tests.factories.der_check import must_be_der

_SIGNED = {
    "content_type",
    "signing_time",
    "message_digest",
    "signing_certificate_v2",
    "smime_capabilities",
    "cms_algorithm_protection",
}
_ALGORITHMS = {
    "sha256_ecdsa",
    "sha384_ecdsa",
    "sha512_ecdsa",
    "sha256_rsa",
    "sha384_rsa",
    "sha512_rsa",
    "rsassa_pkcs1v15",
}
# Where pyHanko's reasons (ETSI EN 319 102-1) have a code of ours.
_CAUSES: dict[AdESSubIndic, str] = {
    AdESFailure.FORMAT_FAILURE: "malformed",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "wrong_signer",
    AdESIndeterminate.GENERIC: "algorithm",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "algorithm",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "algorithm",
}
_UNREADABLE = (*UNREADABLE, KeyError, IndexError, AttributeError, OverflowError)


def verify(data: bytes, signature: bytes, trust: Trust, use: str) -> Signed:
    """Check a DER CAdES-B-T as `cades.verify_fast` does; blocks for some tens of milliseconds.

    Refuses with its codes, or `untrusted` where only pyHanko objects.
    """
    try:
        return _verified(data, signature, trust, use)
    except Refused:
        raise
    except SignatureValidationError as error:
        raise Refused(_cause(error.ades_subindication), "{cause}", cause=str(error)) from error
    except CMSExtractionError as error:
        raise _malformed() from error
    except _UNREADABLE as error:
        raise _malformed() from error


def verify_token(token: bytes, digest: bytes, trust: Trust) -> Stamp:
    """Check a token twice: as `tokens.checked` does, and by rfc3161-client with OpenSSL.

    Refuses as `tokens.checked` does, or with `timestamp_invalid` where only the library objects.
    """
    stamp = tokens.checked(token, digest, trust)
    known = [
        certificate
        for authority in trust.authorities
        if authority.id == stamp.authority
        for certificate in (*authority.roots, *authority.intermediates)
    ]
    try:
        response = decode_timestamp_response(granted(token))
        VerifierBuilder(roots=known).build().verify(response, digest)
    except (VerificationError, ValueError) as error:
        raise Refused("timestamp_invalid", "{cause}", cause=str(error)) from error
    return stamp


def judged(
    data: bytes, body: cms.SignedData, trust: Trust, use: str, at: datetime
) -> StandardCMSSignatureStatus:
    """Give pyHanko's own judgement of SignedData as of an instant."""
    signer, token = _certificate(body), _token(body)
    return hanko.run(
        async_validate_detached_cms(
            data,
            body,
            signer_validation_context=hanko.context(trust, at, {use}, signer),
            ts_validation_context=hanko.context(trust, at, {"tsa"}, _certificate(token)),
            key_usage_settings=hanko.SIGNING,
        )
    )


def _verified(data: bytes, signature: bytes, trust: Trust, use: str) -> Signed:
    body = read(signature)
    _must_fit(body, "data", {"sha256"}, trust)
    token = _token(body)
    try:
        must_be_der(bytes(token["encap_content_info"]["content"]))
        _must_fit(token, "tst_info", {"sha256", "sha384", "sha512"}, trust)
    except Refused as refused:
        raise _stamp_refused(refused.code) from refused
    info = token["encap_content_info"]["content"].parsed
    if info["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        raise _stamp_refused("timestamp_of_other")
    if info["version"].native != "v1" or any(e["critical"].native for e in info["extensions"]):
        raise _stamp_refused("malformed")
    at = info["gen_time"].native
    status = judged(data, body, trust, use, at)
    if not status.intact:
        raise Refused("content_changed", "the signature belongs to other content")
    if not status.valid:
        raise Refused("signature_invalid", "the signature does not verify")
    if not (status.timestamp_validity and status.timestamp_validity.valid):
        raise _stamp_refused("signature_invalid")
    if not status.timestamp_validity.intact:
        raise _stamp_refused("timestamp_of_other")
    stamping = _counted_stamp(trust, _certificate(token), at)
    authority = must_count(trust, _certificate(body), use, at)
    signed_at = status.signer_reported_dt
    if signed_at is None:
        raise _malformed()
    if not status.bottom_line:
        raise Refused(
            _cause(status.trust_problem_indic),
            "pyHanko does not accept it: {summary}",
            summary=status.summary(),
        )
    stamp = Stamp(
        at=at,
        serial=f"{info['serial_number'].native:x}",
        holder=holder(_certificate(token)),
        authority=stamping.id,
    )
    return Signed(holder(_certificate(body)), authority.id, signed_at, stamp)


def read(signature: bytes) -> cms.SignedData:
    """Read DER SignedData, all of it; refuses what is not DER with `malformed`."""
    must_be_der(signature)
    info = cms.ContentInfo.load(signature, strict=True)  # type: ignore[no-untyped-call]  # no annotations
    if info["content_type"].native != "signed_data":
        raise _malformed()
    body: cms.SignedData = info["content"]
    attributes = [each.dump() for each in _signer(body)["signed_attrs"]]
    if attributes != sorted(attributes):
        raise _malformed()
    return body


def _must_fit(body: cms.SignedData, kind: str, digests: set[str], trust: Trust) -> None:
    signer = _signer(body)
    digest = signer["digest_algorithm"]["algorithm"].native
    content = body["encap_content_info"]
    detached = content["content"] is core.VOID
    if (
        content["content_type"].native != kind
        or detached != (kind == "data")
        or body["version"].native != ("v1" if kind == "data" else "v3")
        or signer["version"].native != "v1"
        or signer["sid"].name != "issuer_and_serial_number"
        or body["crls"] is not core.VOID
        or [each["algorithm"].native for each in body["digest_algorithms"]] != [digest]
    ):
        raise _malformed()
    if (
        digest not in digests
        or signer["signature_algorithm"]["algorithm"].native not in _ALGORITHMS
    ):
        raise Refused("algorithm", "the algorithms have no place here")
    own = _certificate(body)
    if len({each.dump() for each in body["certificates"]}) != len(body["certificates"]):
        raise _malformed()
    for each in body["certificates"]:
        if each.dump() not in trust.known and x509.load_der_x509_certificate(each.dump()) != own:
            raise Refused("stray_certificate", "a certificate inside belongs to nobody")
    _must_carry(signer, kind)


def _must_carry(signer: cms.SignerInfo, kind: str) -> None:
    kinds = [each["type"].native for each in signer["signed_attrs"]]
    if "signing_certificate_v2" not in kinds:
        raise Refused("wrong_signer", "no signing-certificate-v2 names the certificate")
    required = {"content_type", "message_digest"} | ({"signing_time"} if kind == "data" else set())
    if not required <= set(kinds) <= _SIGNED or len(set(kinds)) != len(kinds):
        raise _malformed()
    if any(len(each["values"]) != 1 for each in signer["signed_attrs"]):
        raise _malformed()
    if kind != "data" and signer["unsigned_attrs"] is not core.VOID:
        raise _malformed()


def _token(body: cms.SignedData) -> cms.SignedData:
    attributes = _signer(body)["unsigned_attrs"]
    if attributes is core.VOID or not len(attributes):
        raise Refused("timestamp_missing", "the signature carries no timestamp")
    only = attributes[0]
    if (
        len(attributes) != 1
        or only["type"].native != "signature_time_stamp_token"
        or len(only["values"]) != 1
    ):
        raise _malformed()
    content: cms.SignedData = only["values"][0]["content"]
    return content


def _signer(body: cms.SignedData) -> cms.SignerInfo:
    if len(body["signer_infos"]) != 1:
        raise _malformed()
    signer: cms.SignerInfo = body["signer_infos"][0]
    return signer


def _certificate(body: cms.SignedData) -> x509.Certificate:
    named = _signer(body)["sid"].chosen
    for each in body["certificates"]:
        found = each.chosen
        if found.serial_number == named["serial_number"].native and found.issuer == named["issuer"]:
            return x509.load_der_x509_certificate(found.dump())
    raise Refused("signer_missing", "the signer's certificate is not inside")


def _counted_stamp(trust: Trust, certificate: x509.Certificate, at: datetime) -> Authority:
    try:
        return must_count(trust, certificate, "tsa", at)
    except Refused as refused:
        raise _stamp_refused(refused.code) from refused


def _cause(reason: AdESSubIndic | None) -> str:
    return _CAUSES.get(reason, "untrusted") if reason is not None else "untrusted"


def _stamp_refused(reason: str) -> Refused:
    return Refused("timestamp_refused", "the timestamp does not count: {reason}", reason=reason)


def _malformed() -> Refused:
    return Refused("malformed", "these bytes are not a signature of the kind expected here")
