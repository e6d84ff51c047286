"""Certificates that write out a default: as six of nineteen real ones do."""

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.pki import chains, extensions, key_uses
from signing.pki.revocation_lists import Lists
from signing.pki.subjects import UNREADABLE, Subject, named
from tests.signing.pki.made import ROOT, made, usage

WRITTEN_OUT = b"\x30\x03\x01\x01\x00"
AUTHORITY = made(ROOT, usage("key_cert_sign", "crl_sign"), b"\x30\x03\x01\x01\xff")
PERSON = named(Subject("李静", "某公司"))


def test_ca_false_written_out_is_read_as_left_out() -> None:
    leaf = made(PERSON, usage("content_commitment"), WRITTEN_OUT)
    with pytest.raises(ValueError, match="EncodedDefault"):
        _ = leaf.extensions
    constraints = extensions.of(leaf).get_extension_for_class(x509.BasicConstraints).value
    assert constraints == x509.BasicConstraints(ca=False, path_length=None)
    key_uses.must_allow(leaf, "person")
    (standing,) = chains.standings(leaf, [], [AUTHORITY], Lists([]), stamps=False)
    assert standing.chain == (leaf, AUTHORITY)


def test_such_a_certificate_issues_nothing_and_may_not_do_more_than_it_says() -> None:
    leaf = made(PERSON, usage("digital_signature"), WRITTEN_OUT)
    with pytest.raises(Refused, match="may not be used"):
        key_uses.must_allow(leaf, "person")
    authority = made(ROOT, usage("key_cert_sign", "crl_sign"), WRITTEN_OUT)
    good = made(PERSON, usage("content_commitment"), WRITTEN_OUT)
    assert chains.standings(good, [], [authority], Lists([]), stamps=False) == ()


@given(st.binary(max_size=12))
def test_what_is_no_extension_stays_unreadable(constraints: bytes) -> None:
    leaf = made(PERSON, usage("content_commitment"), constraints)
    try:
        read = extensions.of(leaf)
    except (*UNREADABLE, Refused):
        return
    assert read.get_extension_for_class(x509.KeyUsage).value.content_commitment
