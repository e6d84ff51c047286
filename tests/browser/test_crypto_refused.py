"""What the browser refuses by itself: each check of an answer, a voucher, a note fails alone."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import small
from signing.core.canonical import dumps
from signing.draw import rules
from signing.log import checkpoint, tree
from signing.rounds import admission
from signing.sealing import sealed
from tests.browser.stand_in import ABOUT, AGENCY, CODE, ORIGIN, stand_in

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser
PLATFORM, LOG = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
AUTHOR = "ab" * 32
SALT = bytes(32)


def hexed(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def signed(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body with changes, signed as it then is: what fails is the change."""
    bare = {name: value for name, value in (body | changes).items() if name != "signature_b64"}
    return small.signed(PLATFORM, bare)


async def refusals(run: Run, body: str, cases: list[Any]) -> list[str]:
    """What each case is refused with."""
    return [(await run("seal", body, case)).get("refused", "taken") for case in cases]


async def test_an_admission_is_for_this_key_this_round_and_this_agency(run: Run) -> None:
    commit = admission.agency_commit(SALT, AGENCY["code"])
    good = admission.admit(PLATFORM, about=ABOUT, author=AUTHOR, red=False, commit=commit)
    body = """const {admission, salt, agency} = given;
    await lib.mustAdmit({admission, salt, agency}, given.asked);"""
    asked = {"about": ABOUT, "author": AUTHOR, "platformKey": hexed(PLATFORM)}
    given = {"admission": good, "salt": SALT.hex(), "agency": AGENCY, "asked": asked}
    others = (
        signed(good, v=2),
        signed(good, kind="receipt"),
        signed(good, about="round:DZ-2026-000001/1"),
        signed(good, author="cd" * 32),
        signed(good, agency_commit="0" * 64),
        good | {"red": True},
    )
    cases = [given, *(given | {"admission": other} for other in others)]
    cases += [given | {"salt": "00" * 31}, given | {"agency": AGENCY | {"code": "ag-8"}}]
    own = good["signature_b64"]
    assert own.endswith("==")
    loose = own[:-3] + chr(ord(own[-3]) + 1) + "=="  # the same bytes, written another way
    unlike = [good | {"signature_b64": text} for text in (7, own[:-1], f"-{own[1:]}", loose)]
    cases += [given | {"admission": one} for one in unlike]
    assert await refusals(run, body, cases) == [
        "taken",
        *["admission"] * 5,
        "signature",
        "hex",
        "admission",
        *["base64"] * 4,
    ]


async def test_a_receipt_speaks_of_exactly_what_was_sent(run: Run) -> None:
    sent = ["11" * 32, "22" * 32]
    good = admission.receipt(
        PLATFORM, about=ABOUT, envelopes=sent, index=7, salt=SALT, at="2026-11-22T01:00:00.000Z"
    )
    body = "await lib.mustBeReceipt(given.receipt, given.asked);"
    asked = {"about": ABOUT, "envelopes": sent, "platformKey": hexed(PLATFORM)}
    others = (
        signed(good, v=2),
        signed(good, kind="admission"),
        signed(good, about="round:DZ-2026-000001/1"),
        signed(good, envelopes=sent[:1]),
        signed(good, envelopes=[sent[0], sent[0]]),
        signed(good, envelopes=[*sent, "33" * 32]),
        signed(good, index=-1),
        good | {"index": 2**53},
        good | {"index": 1.5},
        signed(good, salt="00" * 31),
        good | {"index": 8},
    )
    found = await refusals(run, body, [{"receipt": one, "asked": asked} for one in (good, *others)])
    assert found == ["taken", *["receipt"] * 9, "hex", "signature"]


async def test_an_entry_is_that_of_the_receipt_under_a_checkpoint_of_this_ledger(run: Run) -> None:
    envelopes = ["11" * 32, "22" * 32]
    facts = {"commit": admission.blind_commit(SALT, ABOUT, envelopes)}
    entry, strange = (dumps({"v": 1, "tag": tag, "facts": facts}) for tag in ("sealed", "frozen"))

    def proven(data: bytes, log: Ed25519PrivateKey = LOG, origin: str = ORIGIN) -> dict[str, Any]:
        leaves = [tree.leaf_hash(one) for one in (b"0", data, b"2")]
        top = checkpoint.Checkpoint(origin, len(leaves), tree.root(leaves))
        path = tree.inclusion(tree.in_memory(leaves), 1, len(leaves))
        note = str(checkpoint.sign(log, top))
        hexes = [one.hex() for one in path]
        return {"entry": data.decode(), "proof": hexes, "checkpoint": note}

    good = proven(entry)
    receipt = {"about": ABOUT, "envelopes": envelopes, "salt": SALT.hex(), "index": 1}
    log = {"name": ORIGIN, "key": hexed(LOG)}
    body = "return lib.mustBeInLedger(given.receipt, given.found, given.log);"
    cases = [
        {"receipt": receipt, "found": good, "log": log},
        {"receipt": receipt, "found": good, "log": None},
        {"receipt": receipt, "found": proven(strange), "log": log},
        {"receipt": receipt | {"salt": "01" * 32}, "found": good, "log": log},
        {"receipt": receipt | {"envelopes": envelopes[:1]}, "found": good, "log": log},
        {"receipt": receipt | {"index": 2}, "found": good, "log": log},
        {"receipt": receipt, "found": good | {"proof": good["proof"][:1]}, "log": log},
        {"receipt": receipt, "found": good, "log": log | {"name": "elsewhere.example/ledger"}},
        {"receipt": receipt, "found": proven(entry, PLATFORM), "log": log},
        {"receipt": receipt, "found": good | {"checkpoint": good["checkpoint"][:-1]}, "log": log},
    ]
    assert await refusals(run, body, cases) == [
        "taken",
        "taken",
        *["ledger_entry"] * 3,
        *["ledger_proof"] * 2,
        "note_origin",
        "signature",
        "note",
    ]


async def test_an_owner_promises_only_to_the_rules_that_are_logged(run: Run) -> None:
    market = stand_in()
    own = {
        "v": 1, "subject": f"round:{CODE}", "attempt": 1, "take": 1, "reserves": 3,
        "pool": "applicants", "strata": ["all"], "constraints": [], "drop_order": [],
        "contributors": ["owner"], "salt_key_commit": None,
    }  # fmt: skip
    terms = {"k": 2, "trustees": market.seats, "opens_at": market.terms.opens_at}
    given = {"about": ABOUT, "rules": own, "draw_id": rules.draw_id(own).hex(), "terms": terms}
    body = "return lib.contribute(given.publication, given.role);"
    cases = [
        {"publication": given, "role": "owner"},
        {"publication": given | {"draw_id": "0" * 64}, "role": "owner"},
        {"publication": given | {"about": "round:DZ-2026-000001/1"}, "role": "owner"},
        {"publication": given, "role": "trustee:notary"},
    ]
    expected = ["taken", "draw_id", "draw_about", "draw_contributor"]
    assert await refusals(run, body, cases) == expected


async def test_what_was_sealed_wrongly_is_noticed_before_it_leaves(run: Run) -> None:
    body = """const own = crypto.subtle.encrypt.bind(crypto.subtle);
    crypto.subtle.encrypt = (how, key, data) => {
      const other = new Uint8Array(data);
      other[10] ^= 1;
      return own(how, key, other);
    };
    const author = await lib.newKey();
    const payload = new Uint8Array(100);
    return lib.seal({kind: "application", payload, terms: given, author, seq: 1});"""
    market = stand_in()
    terms = {"k": 2, "trustees": market.seats, "opens_at": market.terms.opens_at, "about": ABOUT}
    assert await refusals(run, body, [terms]) == ["self_check"]


async def test_a_certificate_is_valid_to_its_first_and_last_instant(run: Run) -> None:
    body = """const day = (at) => ({value: new Date(at)});
    lib.mustBeValidAt({notBefore: day(1000), notAfter: day(2000)}, new Date(given));"""
    found = [(await run("sign", body, at)).get("refused") for at in (999, 1000, 2000, 2001)]
    assert found == ["p12.not_yet_valid", None, None, "p12.expired"]


VOUCHER = """const flow = await import("/static/js/application-flow.js");
const lock = await lib.newLock("密码");
const voucher = await flow.newVoucher(given.about, given.agency, lock);
const text = await flow.closed(voucher);
return (await flow.unlockVoucher(text, "密码", given.wanted)).content;"""


async def test_a_voucher_of_another_round_or_agency_is_refused(run: Run) -> None:
    own = {"about": ABOUT, "agency": AGENCY["code"]}
    cases = [
        own | {"wanted": own},
        own | {"wanted": own | {"about": "round:DZ-2026-000001/1"}},
        own | {"wanted": own | {"agency": "ag-8"}},
    ]
    expected = ["taken", "voucher.other_round", "voucher.other_agency"]
    assert await refusals(run, VOUCHER, cases) == expected


async def test_a_voucher_s_head_is_within_reason_to_the_last_round(run: Run) -> None:
    text = (await run("seal", "return lib.closeVoucher(await lib.newLock('密码'), {a: 1});"))[
        "value"
    ]
    assert '"rounds":600000' in text
    body = "return lib.openVoucher(given, '密码');"
    heads = (
        ('"rounds":600000', '"rounds":599999'),
        ('"rounds":600000', '"rounds":6000001'),
        ('"rounds":600000', '"rounds":600001'),  # within reason, and another lock
        ('"v":1', '"v":2'),
        ('"kind":"voucher"', '"kind":"receipt"'),
        ("pbkdf2-sha256", "pbkdf2-sha1"),
    )
    assert all(old in text for old, _ in heads)
    found = await refusals(run, body, [text, *(text.replace(old, new) for old, new in heads)])
    assert found == [
        "taken",
        *["voucher.unreadable"] * 2,
        "voucher.password",
        *["voucher.unreadable"] * 3,
    ]


FLOW = """const flow = await import("/static/js/application-flow.js");
globalThis.fetch = async (url) => {
  const said = given.answers[String(url).split("/").pop()];
  return new Response(JSON.stringify(said), {headers: {"content-type": "application/json"}});
};
const terms = await flow.fetchTerms("/api/rounds/X/1");
const voucher = await flow.newVoucher(given.about, given.agency, await lib.newLock("密码"));
await flow.ask({base: "/api/rounds/X/1", terms, voucher});"""


async def test_terms_of_other_sizes_and_an_admission_of_another_agency_are_refused(
    run: Run,
) -> None:
    sizes = [{"kind": kind, "bytes": size} for kind, size in sealed.SIZES.items()]
    terms = {
        "about": ABOUT,
        "sizes": sizes,
        "now_at": "2026-11-22T01:00:00.000Z",
        "platform_key": hexed(PLATFORM),
    }
    other = {"code": "ag-8", "name": "x", "credit_code": "y"}
    commit = admission.agency_commit(SALT, other["code"])
    admitted = admission.admit(PLATFORM, about=ABOUT, author=AUTHOR, red=False, commit=commit)
    answer = {"admission": admitted, "salt": SALT.hex(), "agency": other}
    larger = [sizes[0] | {"bytes": sizes[0]["bytes"] + 1}, *sizes[1:]]
    given = {"about": ABOUT, "agency": AGENCY["code"]}
    cases = [
        given | {"answers": {"terms": terms | {"sizes": larger}, "admission": answer}},
        given | {"answers": {"terms": terms, "admission": answer}},
    ]
    assert await refusals(run, FLOW, cases) == ["terms.sizes", "admission"]
