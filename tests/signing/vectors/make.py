"""Writes the vectors beside this file: `python -m tests.signing.vectors.make`.

Keys come from fixed labels and are for tests alone. Sealing is random, so `envelopes.json` and
`blind_audit.json` are made once and then only read; the others come out the same every time. What
to expect of each file is said in README.md.
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from signing.blind_audit import messages
from signing.core.canonical import Json, b64, dumps, loads
from signing.core.hashing import sha256
from signing.draw import contributions, rules
from signing.draw.moves import moves
from signing.draw.transcript import draw, transcript
from signing.log import checkpoint, note, tree
from signing.receipts.saved import ROUNDS
from signing.regulator import requests
from signing.rounds import admission, freeze, standing
from signing.rounds.intake import Rows
from signing.sealing import sealed
from signing.statements import publication, redo
from signing.ways import ranking
from signing.ways.applications import judged
from tests.factories.draws import contributed, rules_of
from tests.factories.forgery import UNREADABLE, forged, resigned
from tests.factories.rounds import (
    ABOUT,
    EARLY,
    KINDS,
    OPENS_AT,
    TRUSTEES,
    admitted,
    box_key,
    payload,
    public,
    salt,
    shares,
    signer,
    terms,
)

FOLDER = Path(__file__).parent
ORIGIN = "dazhou.mingxuan.example/ledger"
LEAF = "00" * 32


def canonical() -> Json:
    """Bytes that are canonical, and bytes that are not, with the rule."""
    good = [
        b"{}",
        b"[]",
        b"null",
        b"-1",
        b"9007199254740991",
        b'"\\u001f\\"\\\\\\n"',
        b"[" * 32 + b"]" * 32,
    ]
    good += ['{"a_1":"盲选明证 𝄞","b":[true,null,"92.50"]}'.encode(), b'"\x7f/"']
    bad = {
        "duplicate_key": b'{"a":1,"a":1}',
        "float": b"1.0",
        "integer": b"9" * 30,
        "nesting": b"[" * 33 + b"]" * 33,
        "nfc": b'"e\xcc\x81"',
        "surrogate": b'"\\udc00"',
        "key": b'{"Key":1}',
        "encoding": b'"\xff"',
        "byte_order_mark": b"\xef\xbb\xbf{}",
        "syntax": b"{",
        "not_canonical": b'{"a":"\\u4e2d"}',
    }
    return {
        "good": [{"hex": data.hex()} for data in good],
        "bad": [{"code": code, "hex": data.hex()} for code, data in bad.items()],
    }


def statements() -> Json:
    """Small signatures of every kind, and what must not pass for one."""
    good = {
        "desk": [
            admitted("a", red=True),
            admission.receipt(
                signer("desk"), about=ABOUT, envelopes=[LEAF], index=7, salt=salt("r"), at=EARLY
            ),
        ],
        "a": [admission.withdrawal(signer("a"), about=ABOUT, seq=2)],
        "notary": [
            admission.box_report(
                signer("notary"), about=ABOUT, envelope=LEAF, trustee="notary", ok=True, at=EARLY
            )
        ],
    }
    flat = [{"key": public(who).hex(), "body": one} for who, some in good.items() for one in some]
    first = flat[0]["body"]
    return {
        "good": flat,
        "bad": [
            {"why": "another key", "key": public("b").hex(), "body": first},
            {"why": "changed", "key": public("desk").hex(), "body": {**first, "red": False}},
            {"why": "another kind", "key": public("desk").hex(), "body": {**first, "kind": "box"}},
        ],
    }


def redos() -> Json:
    """Statements for another attempt; bytes that are none about their round."""
    rounds = [f"round:DZ-2026-000318/{attempt}" for attempt in (1, 2)]
    good = [
        {
            "about": about,
            "text": redo.statement(about, reason, EARLY).decode(),
            "needs_regulator": redo.needs_regulator(count),
        }
        for count, about in enumerate(rounds, 1)
        for reason in ("TOO_FEW", "COURT_ORDER")
    ]
    first = loads(good[0]["text"].encode())
    changed: dict[str, Json] = {
        "another count": {**first, "count": 2},
        "another attempt": {**first, "attempt": 3},
        "another round": {**first, "about": rounds[1]},
        "another kind": {**first, "kind": "sign_in"},
        "one key more": {**first, "note": "x"},
        "no reason": {**first, "reason": ""},
    }
    bad = [{"why": why, "text": dumps(one).decode()} for why, one in changed.items()]
    bad.append({"why": "a blank behind it", "text": good[0]["text"] + " "})
    return {"good": good, "bad": [{**one, "about": rounds[0]} for one in bad]}


def publications() -> Json:
    """Statements of a publication; bytes that are none about their round."""
    about = "round:DZ-2026-000318/1"
    going = publication.Going(
        about=about,
        need_sha256="ab" * 32,
        draw_id="cd" * 32,
        opens_at=OPENS_AT,
        owner="通川区水务局（演示）",
        credit_code="11511799MX0000019N",
        by="owner:owner-b",
    )
    again = replace(going, about="round:DZ-2026-000318/2")
    good = [{"about": one.about, "text": one.statement(EARLY).decode()} for one in (going, again)]
    first = loads(good[0]["text"].encode())
    changed: dict[str, Json] = {
        "another round": {**first, "about": again.about},
        "another kind": {**first, "kind": "redo"},
        "another version": {**first, "v": 2},
        "one key more": {**first, "note": "x"},
        "no draw": {key: value for key, value in first.items() if key != "draw_id"},
        "a hash too short": {**first, "need_sha256": "ab"},
        "an owner without a credit code": {**first, "owner": {"name": "通川区水务局（演示）"}},
    }
    bad = [{"why": why, "text": dumps(one).decode()} for why, one in changed.items()]
    bad.append({"why": "a blank behind it", "text": good[0]["text"] + " "})
    return {"good": good, "bad": [{**one, "about": about} for one in bad]}


def carried() -> Json:
    """Files that people carry: order requests and a voucher; what is neither."""
    shared: dict[str, Json] = {
        "about": ABOUT,
        "title": "滨河路防洪治理工程水土保持方案编制",
        "page": "https://city.example/oversight/rounds/DZ-2026-000318/1/openings",
        "regulators": ["ab" * 32],
        "at": EARLY,
    }
    wanted: dict[str, Json] = {"code": "甲-03", "envelope": "cd" * 32, "reason": "核实冒用他人名义"}
    opening = requests.request(requests.OPENING, **shared, **wanted)
    audit = requests.request(requests.AUDIT, **shared, freeze="ef" * 32)
    body = loads(opening)
    changed: dict[str, Json] = {
        "another envelope": {**body, "envelope": "ce" * 32},
        "another sentence": {**body, "reason": "核实冒用他人名義"},
        "one key more": {**body, "note": "x"},
        "another kind": {**body, "kind": "audit_request"},
        "another version": {**body, "v": 2},
    }
    receipt = {
        "v": 1, "kind": "receipt", "about": ABOUT, "envelopes": ["12" * 32, "34" * 32],
        "index": 7, "salt": "56" * 32,
    }  # fmt: skip
    content: Json = {
        "v": 1, "about": ABOUT, "agency": "ag-7", "author": "78" * 32, "admission": None,
        "seq": 1, "sent": [{"seq": 1, "kind": "application", "receipt": receipt}],
    }  # fmt: skip
    password = "明选 cafe\u0301"
    return {
        "requests": [one.decode() for one in (opening, audit)],
        "no_requests": [{"why": why, "text": dumps(one).decode()} for why, one in changed.items()],
        "voucher": {
            "password": password,
            "text": _closed(content, password, ROUNDS.start).decode(),
            "content": content,
        },
        "no_vouchers": [
            {"why": "too few rounds", "text": _closed(content, password, ROUNDS.start - 1).decode()}
        ],
    }


def _closed(content: Json, password: str, turns: int) -> bytes:
    """A voucher as a browser closes it, under a salt and a nonce that tests may know."""
    kept: dict[str, Json] = {
        "v": 1, "kind": "voucher", "kdf": "pbkdf2-sha256", "rounds": turns, "salt": "9a" * 16,
    }  # fmt: skip
    lock = PBKDF2HMAC(SHA256(), 32, bytes.fromhex("9a" * 16), turns)
    key = lock.derive(unicodedata.normalize("NFC", password).encode())
    nonce = bytes.fromhex("bc" * 12)
    sealed_content = AESGCM(key).encrypt(nonce, dumps(content), dumps(kept))
    return dumps({**kept, "nonce": nonce.hex(), "ciphertext_b64": b64(sealed_content)})


def notes() -> Json:
    """A checkpoint with witnesses, its quorum, and notes to refuse."""
    top = tree.root_of(b"entry %d" % n for n in range(300))
    point = checkpoint.Checkpoint(ORIGIN, 300, top)
    names = {one: f"dazhou.mingxuan.example/{one}" for one in TRUSTEES}
    lines = {
        one: checkpoint.cosign(signer(one), name, point.text, 1_795_339_800 + n)
        for n, (one, name) in enumerate(names.items())
    }
    signed = checkpoint.sign(signer("log"), point)
    whole = signed.having(*lines.values())
    first = lines["regulator"]
    lied = note.Line(first.name, first.key_id, first.signature[:-1] + b"\0")
    return {
        "origin": ORIGIN,
        "log": public("log").hex(),
        "witnesses": [
            {"name": name, "key": public(one).hex(), "platform": one == "platform"}
            for one, name in names.items()
        ],
        "good": {"note": str(whole), "size": 300, "root": top.hex(), "quorum_at": 1_795_339_801},
        "no_quorum": str(signed.having(lines["regulator"], lines["platform"])),
        "bad": [
            {"why": "another size", "note": str(whole).replace("\n300\n", "\n301\n")},
            {"why": "no log line", "note": str(note.Note(point.text, tuple(lines.values())))},
            {"why": "a witness line that does not hold", "note": str(signed.having(lied))},
            {"why": "no blank line", "note": str(whole).replace("\n\n", "\n")},
        ],
    }


def envelopes() -> Json:
    """A good envelope, unreadable ones, and ones to refuse at the door."""
    content = contributions.secret_payload("owner", salt("owner"))
    data = sealed.seal("draw_secret", content, terms(), signer("a"), 1)
    body = loads(data)
    refused: dict[str, bytes] = {
        "suite": resigned(data, suite="x25519-sha256-chacha20poly1305"),
        "kind of another size": resigned(data, kind="application"),
        "k above n": resigned(data, k=4),
        "a trustee twice": resigned(data, trustees=[body["trustees"][0]] * 3),
        "a box missing": resigned(data, boxes_b64=body["boxes_b64"][:2]),
        "a box cut off": resigned(data, boxes_b64=["", *body["boxes_b64"][1:]]),
        "a stray key": resigned(data, note="x"),
        "a key missing": resigned(data, salt=...),
        "hex in capitals": resigned(data, author=body["author"].upper()),
        "signed by nobody": dumps({**body, "seq": 2}),
        "not canonical": data + b"\n",
    }
    return {
        "about": ABOUT,
        "opens_at": OPENS_AT,
        "k": 2,
        "trustees": [
            {"id": one, "private": box_key(one).private_bytes_raw().hex()} for one in TRUSTEES
        ],
        "good": {
            "envelope": data.decode(),
            "payload_hex": content.hex(),
            "shares": {str(x): one.hex() for x, one in shares(data, *TRUSTEES).items()},
        },
        "unreadable": [
            {"code": code, "envelope": forged(**how).decode()} for code, how in UNREADABLE.items()
        ],
        "refused": [{"why": why, "envelope": one.decode()} for why, one in refused.items()],
    }


def blind_audit() -> Json:
    """An audit order, a share sealed for it, boxes to refuse, findings that answer it or do not."""
    tool, share, names = box_key("tool"), salt("share"), sorted([LEAF, "11" * 32, "22" * 32])
    order = messages.audit_order(
        signer("reg"),
        about=ABOUT,
        freeze=sha256(b"freeze").hex(),
        seal_to=tool.public_key().public_bytes_raw().hex(),
        at=EARLY,
    )
    other = messages.audit_order(
        signer("reg"), about=ABOUT, freeze=LEAF, seal_to=order["key"], at=EARLY
    )
    foreign = messages.audit_order(
        signer("reg"), about=ABOUT, freeze=LEAF, seal_to=public("a").hex(), at=EARLY
    )
    twice = dict.fromkeys(names[:2], messages.REPEATED)
    given = {"envelopes": 3, "agencies": 2, "faults": twice, "at": EARLY}
    good = messages.finding(signer("reg"), order, **given)
    wrong: dict[str, Json] = {
        "another number of envelopes": given | {"envelopes": 4},
        "more agencies than can be": given | {"agencies": 3},
        "repeated alone": given | {"agencies": 3, "faults": {names[0]: messages.REPEATED}},
        "an envelope of nobody": given | {"faults": {"33" * 32: "UNBOUND"}},
        "a fault and everybody counted": given | {"agencies": 3, "faults": {LEAF: "UNBOUND"}},
    }
    refused = {why: messages.finding(signer("reg"), order, **one) for why, one in wrong.items()}
    refused |= {
        "another order": messages.finding(signer("reg"), other, **given),
        "changed": good | {"agencies": 1},
        "a stray key": good | {"agency": "ag-0001"},
    }
    boxes = {
        "another order": messages.seal_share(other, "notary", LEAF, 2, share),
        "another key": messages.seal_share(foreign, "notary", LEAF, 2, share),
        "another trustee": messages.seal_share(order, "platform", LEAF, 2, share),
        "another envelope": messages.seal_share(order, "notary", names[1], 2, share),
        "no whole share": messages.seal_share(order, "notary", LEAF, 2, share[1:]),
    }
    return {
        "private": tool.private_bytes_raw().hex(),
        "order": order,
        "trustee": "notary",
        "envelope": LEAF,
        "x": 2,
        "share": share.hex(),
        "box_b64": b64(messages.seal_share(order, "notary", LEAF, 2, share)),
        "refused": [{"why": why, "box_b64": b64(box)} for why, box in boxes.items()],
        "identities": names,
        "finding": good,
        "refused_findings": [{"why": why, "body": body} for why, body in refused.items()],
    }


def price_round() -> Json:
    """A price round from the frozen list to the moves, and the files to refuse."""
    payloads: dict[str, bytes | None] = {
        "a": payload("a", 2_800_000),
        "b": payload("b", 2_800_000, red=True),
        "c": payload("c", 2_900_000),
        "over": payload("over", 3_000_001),
        "zero": dumps({**loads(payload("zero", 1)), "price_fen": 0}),
        "long": payload("long", 1).replace(b':1,"v"', b":" + b"9" * 30 + b',"v"'),
        "foreign": payload("foreign", 1).replace(public("foreign").hex().encode(), b"00" * 32),
        "lost": None,
    }
    rows = [
        {
            "author": public(name).hex(),
            "application": sha256(f"application {name}".encode()).hex(),
            "identity": sha256(f"identity {name}".encode()).hex(),
            "seq": 1,
            "index": 10 + place,
            "salt": salt(name).hex(),
        }
        for place, name in enumerate(payloads)
    ]
    names = {row["author"]: name for row, name in zip(rows, payloads, strict=True)}
    rows.sort(key=lambda row: str(row["application"]))
    snap = standing.snapshot(
        (
            {"agency": name, "qualified": True, "standing": "good", "red": False, "avoided": False},
            salt(f"standing {name}"),
        )
        for name in payloads
    )
    frozen = freeze.applicants(ABOUT, OPENS_AT, Rows(rows, []), snap.root, KINDS)
    rule = rules_of(pool="applicants", reserves=2)
    publication = {
        "way": "price",
        "control_price_fen": 3_000_000,
        "platform_key": public("desk").hex(),
        "rules": rule,
    }
    opened = {row["application"]: payloads[names[str(row["author"])]] for row in rows}
    found = judged(publication, loads(frozen), opened)
    done = draw(rule, contributed(rule), found.pool)
    freeze_sha256 = sha256(frozen).hex()
    pieces = transcript(done, freeze_index=20, freeze_sha256=freeze_sha256, result_index=31)
    text = b"".join(pieces)
    ranked = ranking.ranking(ABOUT, done.seed, found.prices)
    body, order = loads(text), loads(ranked)
    gone = {"leaf": body["taken"][0], "cause": "DECLINED", "evidence": None}
    changed: dict[str, Json] = {
        "another winner": {**body, "taken": body["reserves"][:1]},
        "a candidate dropped": {**body, "pool": body["pool"][1:]},
        "another seed": {**body, "seed": LEAF},
        "a step left out": {**body, "walk": body["walk"][:-1]},
        "another rule": {**body, "rules": {**rule, "reserves": 1}},
    }
    return {
        "publication": publication,
        "draw_id": rules.draw_id(rule).hex(),
        "freeze": frozen.decode(),
        "payloads": [
            {"application": sha, "payload_b64": None if data is None else b64(data)}
            for sha, data in sorted(opened.items())
        ],
        "excluded": {
            name: found.pool.record(leaf)["excluded"] for name, leaf in _leaves(found, names)
        },
        "transcript": text.decode(),
        "ranking": ranked.decode(),
        "moves": moves([gone]).decode(),
        "after_moves": [one["leaf"] for one in order["entries"] if one["leaf"] != gone["leaf"]],
        "bad_transcripts": [
            {"why": why, "transcript": dumps(one).decode()} for why, one in changed.items()
        ],
        "bad_rankings": [
            {
                "why": "turned round",
                "ranking": dumps({**order, "entries": order["entries"][::-1]}).decode(),
            }
        ],
    }


def _leaves(found: Json, names: dict[str, str]) -> list[tuple[str, bytes]]:
    return sorted((names[found.pool.record(leaf)["author"]], leaf) for leaf in found.pool.leaves)


FILES: dict[str, Callable[[], Json]] = {
    "canonical": canonical,
    "statements": statements,
    "redos": redos,
    "publications": publications,
    "carried": carried,
    "notes": notes,
    "envelopes": envelopes,
    "blind_audit": blind_audit,
    "price_round": price_round,
}


def text_of(name: str) -> str:
    """What the file `name` should hold."""
    return json.dumps(FILES[name](), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for each in FILES:
        (FOLDER / f"{each}.json").write_text(text_of(each), "utf-8")
