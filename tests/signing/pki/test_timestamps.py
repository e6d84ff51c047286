from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response

from signing.authority import Office, new_key
from signing.cms.signer import Signer
from signing.core.errors import Refused
from signing.pki.trust import Trust
from signing.time import authority, timestamps, tokens
from signing.time.authority import Service
from tests.factories import second_opinion
from tests.factories.pki import CLOCK, FOUNDED, NOW, CityPki, issued, pem

from .conftest import Openssl

DIGEST = sha256(b"what is stamped").digest()


def test_a_token_says_when_and_by_whom(pki: CityPki) -> None:
    stamp = second_opinion.verify_token(pki.stamper()(DIGEST), DIGEST, pki.trust())
    assert stamp.at == NOW
    assert stamp.holder.name == CLOCK.name
    assert stamp.authority == "other"


def test_no_two_serial_numbers_are_alike(pki: CityPki) -> None:
    trust, stamp = pki.trust(), pki.stamper()
    assert len({tokens.checked(stamp(DIGEST), DIGEST, trust).serial for _ in range(50)}) == 50


def test_openssl_asks_and_is_satisfied(pki: CityPki, openssl: Openssl, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"what is stamped")
    (tmp_path / "roots.pem").write_bytes(pem([pki.other.root]))
    (tmp_path / "between.pem").write_bytes(pem([pki.other.intermediate]))
    for digest in ("-sha256", "-sha384", "-sha512"):
        assert (
            openssl("ts", "-query", "-data", "data", digest, "-cert", "-out", "q").returncode == 0
        )
        query = (tmp_path / "q").read_bytes()
        (tmp_path / "r").write_bytes(authority.respond(pki.service, query, NOW))
        at = ("-attime", str(int(NOW.timestamp())), "-CAfile", "roots.pem")
        told = openssl("ts", "-verify", "-queryfile", "q", "-in", "r", *at)
        assert "Verification: OK" in told.stdout + told.stderr
        (tmp_path / "r").write_bytes(_flip((tmp_path / "r").read_bytes()))
        assert openssl("ts", "-verify", "-queryfile", "q", "-in", "r", *at).returncode != 0


def _flip(data: bytes) -> bytes:
    return data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]


def test_openssl_verifies_our_own_question_without_its_certificates(
    pki: CityPki, openssl: Openssl, tmp_path: Path
) -> None:
    (tmp_path / "data").write_bytes(b"what is stamped")
    openssl("ts", "-query", "-data", "data", "-sha256", "-no_nonce", "-out", "q")
    response = authority.respond(pki.service, (tmp_path / "q").read_bytes(), NOW)
    (tmp_path / "r").write_bytes(response)
    (tmp_path / "roots.pem").write_bytes(pem([pki.other.root]))
    (tmp_path / "between.pem").write_bytes(
        pem([pki.service.signer.certificate, pki.other.intermediate])
    )
    told = openssl(
        *("ts", "-verify", "-queryfile", "q", "-in", "r", "-CAfile", "roots.pem"),
        *("-untrusted", "between.pem", "-attime", str(int(NOW.timestamp()))),
    )
    assert "Verification: OK" in told.stdout + told.stderr
    assert len(decode_timestamp_response(response).signed_data.certificates) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-sha1",), "unrecognized or unsupported algorithm"),
        (("-sha256", "-tspolicy", "1.2.3.4"), "requested TSA policy is not supported"),
    ],
)
def test_openssl_reads_why_it_was_refused(
    pki: CityPki, openssl: Openssl, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "data").write_bytes(b"x")
    openssl("ts", "-query", "-data", "data", *arguments, "-out", "q")
    query = (tmp_path / "q").read_bytes()
    (tmp_path / "r").write_bytes(authority.respond(pki.service, query, NOW))
    assert said in openssl("ts", "-reply", "-in", "r", "-text").stdout


@given(query=st.binary(max_size=80))
def test_any_question_gets_an_answer(pki: CityPki, query: bytes) -> None:
    assert decode_timestamp_response(authority.respond(pki.service, query, NOW)).status == 2


def test_tokens_that_do_not_count(pki: CityPki) -> None:
    trust = pki.trust()

    def code(service: Service, digest: bytes = DIGEST, at: timedelta = timedelta(0)) -> str:
        made = timestamps.embedded(service, lambda: NOW + at)(DIGEST)
        codes = set()
        for check in (tokens.checked, second_opinion.verify_token):
            with pytest.raises(Refused) as refused:
                check(made, digest, trust)
            codes.add(refused.value.code)
        assert len(codes) == 1
        return codes.pop()

    def clock(office: Office, **more: Any) -> Service:
        return Service(issued(office, "tsa", CLOCK, key="rsa", **more))

    assert code(pki.service, sha256(b"other").digest()) == "timestamp_of_other"
    assert code(pki.service, at=timedelta(days=8)) == "revocation_unknown"
    assert code(clock(pki.stranger)) == "stray_certificate"
    alone = issued(pki.stranger, "tsa", CLOCK, key="rsa")
    assert code(Service(Signer(alone.certificate, alone.key))) == "unknown_authority"
    assert code(clock(pki.other, ends=FOUNDED + timedelta(days=1))) == "expired"
    person = issued(pki.other, key="rsa")
    assert code(Service(person)) == "key_usage"
    assert code(_borrowed(pki)) == "signature_invalid"


def _borrowed(pki: CityPki) -> Service:
    return Service(Signer(pki.service.signer.certificate, new_key("rsa"), pki.other.chain))


def _transport(answer: httpx2.Response | Exception) -> httpx2.Client:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx2.Client(transport=httpx2.MockTransport(handle))


def test_another_authority_over_http(pki: CityPki) -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["content-type"] == timestamps.QUERY_TYPE
        answer = authority.respond(pki.service, request.content, NOW)
        return httpx2.Response(200, content=answer)

    with httpx2.Client(transport=httpx2.MockTransport(handle)) as client:
        token = timestamps.remote("http://tsa.example/", client)(DIGEST)
    assert tokens.checked(token, DIGEST, pki.trust()).at == NOW


def test_bad_answers_are_refused(pki: CityPki) -> None:
    stale = authority.respond(pki.service, timestamps.request(DIGEST), NOW)
    other = timestamps.request(sha256(b"other").digest())
    wrong = authority.respond(pki.service, other, NOW)
    for answer, code in (
        (httpx2.Response(500), "timestamp_unreachable"),
        (httpx2.ConnectError("no way"), "timestamp_unreachable"),
        (httpx2.Response(200, content=b"<html>"), "malformed"),
        (httpx2.Response(200, content=b""), "malformed"),
        (httpx2.Response(200, content=bytes(70_000)), "too_large"),
        (
            httpx2.Response(200, content=authority.respond(pki.service, b"?", NOW)),
            "timestamp_denied",
        ),
        (httpx2.Response(200, content=stale), "timestamp_of_other"),
        (httpx2.Response(200, content=wrong), "timestamp_of_other"),
    ):
        with _transport(answer) as client, pytest.raises(Refused) as refused:
            timestamps.remote("http://tsa.example/", client)(DIGEST)
        assert refused.value.code == code


def test_the_library_still_sees_what_the_fast_walk_would_miss(
    pki: CityPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canary: with our own signature check broken, rfc3161-client must object."""
    good = pki.stamper()(DIGEST)
    forged = good[:-3] + bytes([good[-3] ^ 1]) + good[-2:]
    monkeypatch.setattr("signing.cms.signed_data._must_verify", lambda *_: None)
    assert tokens.checked(forged, DIGEST, pki.trust()).at == NOW
    with pytest.raises(Refused) as refused:
        second_opinion.verify_token(forged, DIGEST, pki.trust())
    assert refused.value.code == "timestamp_invalid"


def test_an_empty_trust_counts_nothing(pki: CityPki) -> None:
    with pytest.raises(Refused):
        tokens.checked(pki.stamper()(DIGEST), DIGEST, Trust(()))
