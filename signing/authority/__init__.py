"""A small certificate authority: for the demo, and for a city that has none yet.

One root, one intermediate, certificates for people (个人证书), organisations (机构证书) and
timestamp services (时间戳证书), revocation at an instant, numbered CRLs, PKCS#12 files for
browsers. Everything lies in one directory of plain files. An authority that is licensed under
电子签名法 Art. 16 to 18 takes its place by being listed in `trust.json`; nothing else changes.
"""

from signing.authority.holder_file import pkcs12
from signing.authority.office import Office, found, issue, opened, recognised
from signing.authority.profiles import KEY_KINDS, KINDS, REASONS, new_key
from signing.authority.revocation import crls, revoke

__all__ = [
    "KEY_KINDS",
    "KINDS",
    "REASONS",
    "Office",
    "crls",
    "found",
    "issue",
    "new_key",
    "opened",
    "pkcs12",
    "recognised",
    "revoke",
]
