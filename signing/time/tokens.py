"""A timestamp token (RFC 3161), read strictly and checked against what it should stand for.

One walk, one signature, one look at the recognised authorities. `timestamps` makes and fetches
tokens; the tests hold this against an independent library.
"""

from signing.cms.signed_data import TOKEN, opened
from signing.cms.verdicts import Stamp
from signing.core.errors import Refused
from signing.pki import der, oids
from signing.pki.trust import Trust, must_count
from signing.time.shapes import TimestampInfo


def checked(token: bytes, digest: bytes, trust: Trust) -> Stamp:
    """Check a DER token over a SHA-256 `digest`; give its facts.

    Refuses with the codes of `signed_data.opened` and `trust.must_count`, or `timestamp_of_other`.
    """
    found = opened(token, TOKEN, b"", trust)
    info = der.read(TimestampInfo, found.content)
    if info.imprint.algorithm.oid != oids.SHA256 or info.imprint.digest != digest:
        raise Refused("timestamp_of_other", "the timestamp belongs to something else")
    critical = info.extensions and any(extension.critical for extension in info.extensions)
    if info.version != 1 or critical or found.unsigned is not None:
        raise Refused("malformed", "the timestamp carries what is not understood")
    at = info.at.as_datetime()
    authority = must_count(trust, found.certificate, "tsa", at)
    return Stamp(
        at=at,
        serial=f"{info.serial:x}",
        holder=found.holder,
        authority=authority.id,
    )


def must_stand(token: bytes, digest: bytes, trust: Trust) -> Stamp:
    """Check the token of a signature as `checked` does.

    Refuses with `timestamp_refused`; the fact `reason` is the code of `checked`.
    """
    try:
        return checked(token, digest, trust)
    except Refused as refused:
        raise Refused(
            "timestamp_refused",
            "the timestamp does not count: {cause}",
            cause=str(refused),
            reason=refused.code,
        ) from refused
