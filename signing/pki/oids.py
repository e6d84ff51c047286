"""Object identifiers: what may stand in a signature, and what each algorithm means.

RFC 5652, RFC 5035, RFC 3161, RFC 5754, RFC 6211. An algorithm that is not here is refused.
"""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ObjectIdentifier as Oid

DATA = Oid("1.2.840.113549.1.7.1")
SIGNED_DATA = Oid("1.2.840.113549.1.7.2")
TIMESTAMP_INFO = Oid("1.2.840.113549.1.9.16.1.4")

CONTENT_TYPE = Oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = Oid("1.2.840.113549.1.9.4")
SIGNING_TIME = Oid("1.2.840.113549.1.9.5")
CAPABILITIES = Oid("1.2.840.113549.1.9.15")
SIGNING_CERTIFICATE = Oid("1.2.840.113549.1.9.16.2.47")
PROTECTION = Oid("1.2.840.113549.1.9.52")
TIMESTAMP = Oid("1.2.840.113549.1.9.16.2.14")

REQUIRED = {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE}
REQUIRED_TIMED = REQUIRED | {SIGNING_TIME}
SIGNED = REQUIRED_TIMED | {CAPABILITIES, PROTECTION}

SHA256 = Oid("2.16.840.1.101.3.4.2.1")
SHA384 = Oid("2.16.840.1.101.3.4.2.2")
SHA512 = Oid("2.16.840.1.101.3.4.2.3")

DIGESTS = {
    SHA256: (hashlib.sha256, hashes.SHA256()),
    SHA384: (hashlib.sha384, hashes.SHA384()),
    SHA512: (hashlib.sha512, hashes.SHA512()),
}
ECDSA_SHA256 = Oid("1.2.840.10045.4.3.2")
RSA_SHA256 = Oid("1.2.840.113549.1.1.11")

# Key kind and digest; None: the signer's digest algorithm says it.
SIGNATURES = {
    ECDSA_SHA256: ("ec", SHA256),
    Oid("1.2.840.10045.4.3.3"): ("ec", SHA384),
    Oid("1.2.840.10045.4.3.4"): ("ec", SHA512),
    RSA_SHA256: ("rsa", SHA256),
    Oid("1.2.840.113549.1.1.12"): ("rsa", SHA384),
    Oid("1.2.840.113549.1.1.13"): ("rsa", SHA512),
    Oid("1.2.840.113549.1.1.1"): ("rsa", None),
}
