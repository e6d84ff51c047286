"""What the browser seals `signing` opens, and the other way round; native curves or not."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import combinations
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.async_api import Browser, Page

from signing.core import small
from signing.core.canonical import dumps
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.rounds import admission
from signing.sealing import sealed
from signing.ways.registry import WAYS
from tests.browser.conftest import RUN

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser

ABOUT = "round:DZ-2026-000318/1"
KEYS = [X25519PrivateKey.generate() for _ in range(3)]
TERMS = sealed.Terms(
    about=ABOUT,
    k=2,
    seats=tuple(
        sealed.Seat(f"t{x}", key.public_key().public_bytes_raw().hex())
        for x, key in enumerate(KEYS)
    ),
    opens_at="2026-12-01T09:30:00.000Z",
)
JS_TERMS = {
    "about": ABOUT,
    "k": TERMS.k,
    "trustees": [{"id": seat.id, "key": seat.key} for seat in TERMS.seats],
    "opens_at": TERMS.opens_at,
}
SEAL = """const author = await lib.keyFromSeed(bytes(given.seed));
const made = await lib.seal({kind: given.kind, payload: bytes(given.payload), terms: given.terms,
  author, seq: given.seq});
return {...made, author: lib.hex(author.publicKey)};"""
WITHOUT_CURVES = """delete Object.hasOwn;
for (const name of ["generateKey", "importKey"]) {
  const own = crypto.subtle[name].bind(crypto.subtle);
  crypto.subtle[name] = (...all) => {
    if (all.some((one) => /25519/.test(one?.name ?? one))) {
      globalThis.curvesRefused = true;
      return Promise.reject(new DOMException("no such curve", "NotSupportedError"));
    }
    return own(...all);
  };
}"""


@pytest.fixture
async def old_page(browser: Browser, static_address: str) -> AsyncIterator[Page]:
    """An older browser: no Ed25519 and X25519 in WebCrypto, no Object.hasOwn."""
    context = await browser.new_context()
    await context.add_init_script(WITHOUT_CURVES)
    page = await context.new_page()
    await page.goto(f"{static_address}/")
    yield page
    await context.close()


def _given(payload: bytes, kind: str = "application", seq: int = 1) -> dict[str, Any]:
    seed = bytes(range(32)).hex()
    return {"seed": seed, "kind": kind, "payload": payload.hex(), "terms": JS_TERMS, "seq": seq}


def _must_open(made: dict[str, Any], kind: str, payload: bytes) -> None:
    envelope = sealed.read(made["text"].encode())
    sealed.must_fit(envelope, TERMS)
    assert (envelope.kind, envelope.sha256, envelope.author) == (
        kind,
        made["sha256"],
        made["author"],
    )
    shares = {x: sealed.open_box(envelope, x, key) for x, key in enumerate(KEYS, 1)}
    for pair in combinations(shares, 2):
        dek = sealed.recover(envelope, {x: shares[x] for x in pair})
        assert sealed.decrypt(envelope, dek) == payload


@pytest.mark.parametrize("kind", sealed.SIZES)
async def test_signing_opens_what_the_browser_sealed(run: Run, kind: str) -> None:
    for payload in (b"", b"{}", bytes(sealed.SIZES[kind] - 4)):
        _must_open((await run("seal", SEAL, _given(payload, kind)))["value"], kind, payload)


async def test_a_browser_without_the_curves_seals_the_same(old_page: Page) -> None:
    answer = await old_page.evaluate(RUN % ("seal", SEAL), _given(b'{"v":1}'))
    _must_open(answer["value"], "application", b'{"v":1}')
    assert await old_page.evaluate("globalThis.curvesRefused") is True
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert answer["value"]["author"] == key.public_key().public_bytes_raw().hex()
    signed = small.signed(key, {"v": 1, "kind": "receipt", "about": ABOUT})
    body = "await lib.mustBeSigned(bytes(given.key), given.body); return true;"
    given = {"key": answer["value"]["author"], "body": signed}
    assert await old_page.evaluate(RUN % ("seal", body), given) == {"value": True}
    forged = given | {"body": signed | {"about": "round:X/1"}}
    assert (await old_page.evaluate(RUN % ("seal", body), forged))["refused"] == "signature"


async def test_the_browser_opens_what_signing_sealed(run: Run) -> None:
    data = sealed.seal("application", "中选".encode(), TERMS, Ed25519PrivateKey.generate(), 7)
    envelope = sealed.read(data)
    shares = [(x, sealed.open_box(envelope, x, key).hex()) for x, key in enumerate(KEYS, 1)]
    body = """const shares = new Map(given.shares.map(([x, share]) => [x, bytes(share)]));
    return lib.hex(await lib.decrypt(given.envelope, lib.recover(given.envelope, shares)));"""
    for pair in combinations(shares, 2):
        answer = await run("seal", body, {"envelope": json.loads(data), "shares": pair})
        assert answer == {"value": "中选".encode().hex()}
    wrong = [(1, shares[0][1]), (2, shares[2][1])]
    answer = await run("seal", body, {"envelope": json.loads(data), "shares": wrong})
    assert answer["refused"] == "unreadable"


async def test_equal_payloads_and_all_prices_give_unlike_envelopes_of_one_size(run: Run) -> None:
    sizes, texts = set(), set()
    for price in (1, 1, 999_999_999_999):
        payload = dumps({"price_fen": price})
        made = (await run("seal", SEAL, _given(payload)))["value"]
        sizes.add(len(made["text"]))
        texts.add(made["text"])
    assert (len(sizes), len(texts)) == (1, 3)


async def test_what_does_not_fit_is_refused_before_sealing(run: Run) -> None:
    payload = bytes(sealed.SIZES["application"] - 3)
    assert (await run("seal", SEAL, _given(payload)))["refused"] == "too_large"
    terms = JS_TERMS | {"k": 4}
    assert (await run("seal", SEAL, _given(b"") | {"terms": terms}))["refused"] == "shares"


async def test_payloads_and_small_statements_are_those_of_signing(run: Run) -> None:
    platform = Ed25519PrivateKey.generate()
    author = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = author.public_key().public_bytes_raw().hex()
    salt, agency = (
        bytes(32),
        {"code": "ag-1", "name": "达州测试所", "credit_code": "91511799MA00000000"},
    )
    commit = admission.agency_commit(salt, agency["code"])
    admitted = admission.admit(platform, about=ABOUT, author=public, red=False, commit=commit)
    key = platform.public_key().public_bytes_raw()
    body = """const author = await lib.keyFromSeed(bytes(given.seed));
    const asked = {about: given.about, author: lib.hex(author.publicKey), platformKey: given.key};
    const {admission} = given.answer;
    await lib.mustAdmit(given.answer, asked);
    const fields = given.price === null ? {} : {price_fen: given.price};
    const application = lib.applicationPayload(admission, fields);
    const {agency, salt} = given.answer;
    const statement = lib.identityStatement({...asked, application, agency});
    const identity = lib.identityPayload({agency, salt, statement,
      certificate: bytes("3001"), cms: bytes("3002")});
    return {application: lib.hex(application), identity: lib.hex(identity),
      withdrawal: await lib.withdrawal(author, given.about, 3)};"""
    answer = {"admission": admitted, "salt": salt.hex(), "agency": agency}
    given = {"seed": bytes(range(32)).hex(), "about": ABOUT, "key": key.hex(), "answer": answer}
    for price in (8_500_000, None):
        made = (await run("seal", body, given | {"price": price}))["value"]
        payload = bytes.fromhex(made["application"])
        read = admission.read_application(
            payload, WAYS["price" if price is not None else "random"].fields
        )
        assert read.get("price_fen") == price
        assert payload == admission.application(admission.draw_nonce(payload), admitted, price)
        admission.read_identity(bytes.fromhex(made["identity"]), payload, admitted)
        notice = made["withdrawal"]["notice"]
        assert admission.check_withdrawal(notice, about=ABOUT)["seq"] == 3
        assert made["withdrawal"]["sha256"] == sha256(dumps(notice)).hex()
    with pytest.raises(Refused):
        admission.check_withdrawal(notice, about="round:X/1")
    for wrong in ({"salt": (b"\1" * 32).hex()}, {"agency": agency | {"code": "ag-2"}}):
        refused = await run("seal", body, given | {"price": 1, "answer": answer | wrong})
        assert refused["refused"] == "admission"
    forged = {"admission": admitted | {"red": True}}
    refused = await run("seal", body, given | {"price": 1, "answer": answer | forged})
    assert refused["refused"] == "signature"


async def test_the_voucher_opens_with_its_password_alone(run: Run) -> None:
    body = """const lock = await lib.newLock("密码 é");
    const text = await lib.closeVoucher(lock, {secret: "7f".repeat(8)});
    const again = await lib.openVoucher(text, "密码 e\\u0301");
    const second = await lib.closeVoucher(again.lock, {secret: "7f".repeat(8)});
    const wrong = await lib.openVoucher(text, "密码").catch(({code}) => code);
    return [text, again.content, second, wrong];"""
    text, content, second, wrong = (await run("seal", body))["value"]
    assert content == {"secret": "7f" * 8}
    assert wrong == "voucher.password"
    assert "7f7f" not in text
    assert json.loads(text)["rounds"] >= 600_000
    assert json.loads(text)["nonce"] != json.loads(second)["nonce"]
    open_it = "return (await lib.openVoucher(given, '密码 é')).content;"
    for hostile in (
        "{}",
        "not json",
        text.replace("600000", "1"),
        text.replace("600000", "60000000"),
    ):
        assert (await run("seal", open_it, hostile))["refused"] == "voucher.unreadable"
    moved = text.replace("pbkdf2-sha256", "pbkdf2-sha1xx")
    assert (await run("seal", open_it, moved))["refused"] == "voucher.unreadable"
