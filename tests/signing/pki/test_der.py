from collections.abc import Callable

import pytest
from cryptography.hazmat import asn1
from hypothesis import given
from hypothesis import strategies as st

from signing.cms.shapes import ContentInfo
from signing.core.errors import Refused
from signing.pki import der
from tests.factories.der_check import DEEPEST, must_be_der


@given(content=st.binary(max_size=70_000), tag=st.sampled_from([b"\x04", b"\x30", b"\xa0"]))
def test_what_is_written_is_cut_off_again(content: bytes, tag: bytes) -> None:
    element = der.tlv(tag, content)
    assert der.first_element(element + b"rest") == element
    assert element.endswith(content)


@given(junk=st.binary(max_size=200))
def test_junk_is_refused_and_never_crashes(junk: bytes) -> None:
    assert _code(lambda: der.read(ContentInfo, junk)) in {"", "malformed"}
    assert _code(lambda: must_be_der(junk)) in {"", "malformed"}
    assert _code(lambda: der.first_element(junk)) in {"", "malformed"}


def _code(read: Callable[[], object]) -> str:
    try:
        read()
    except Refused as refused:
        return refused.code
    return ""


def test_a_set_is_in_order_whatever_comes_in() -> None:
    one, two = asn1.encode_der(1), asn1.encode_der(2)
    assert der.set_of([two, one]) == der.set_of([one, two]) == b"\x31\x06" + one + two
    assert der.whole(der.left_unread(one)) == one
    assert der.value(der.left_unread(one), int) == 1
    with pytest.raises(Refused):
        der.value(der.left_unread(one), bytes)


@pytest.mark.parametrize("cut", ["", "04", "0480", "0401", "04820001", "0481"])
def test_an_element_that_does_not_end_is_refused(cut: str) -> None:
    with pytest.raises(Refused):
        der.first_element(bytes.fromhex(cut))


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("an indefinite length", "30800000"),
        ("a length that is too long", "04810161"),
        ("a padded length", "0482000161"),
        ("a padded integer", "02020001"),
        ("a padded negative integer", "0202ff80"),
        ("an empty integer", "0200"),
        ("true that is not FF", "010101"),
        ("a string in pieces", "2403040161"),
        ("a set out of order", "3106020102020101"),
        ("too little", "040261"),
        ("something after", "3003020101ff"),
        ("a long tag", "1f8101020161"),
    ],
)
def test_what_is_not_der_is_told(what: str, wrong: str) -> None:
    with pytest.raises(Refused):
        must_be_der(bytes.fromhex(wrong))


def test_depth_has_an_end() -> None:
    data = b"\x05\x00"
    for _ in range(DEEPEST):
        data = der.sequence(data)
    assert must_be_der(data) == [data]
    with pytest.raises(Refused):
        must_be_der(der.sequence(data))


def test_der_passes() -> None:
    good = der.sequence(asn1.encode_der(-128), asn1.encode_der(128), der.set_of([b"\x05\x00"]))
    assert must_be_der(good + good) == [good, good]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_what_is_put_together_is_cut_into_its_elements(contents: list[bytes]) -> None:
    parts = [der.tlv(b"\x04", content) for content in contents]
    assert der.elements(der.sequence(*parts)) == parts


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80", b"\x30\x02\x04\x05", b"\x30\x01\x04"])
def test_what_has_no_end_is_refused(data: bytes) -> None:
    assert _code(lambda: der.elements(data)) == "malformed"
