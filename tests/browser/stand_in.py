"""A stand-in for the market behind the crypto panels: same addresses and answers, signing's checks.

It remembers every request, so that a test can ask what left the browser.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from market.web.pages import environment
from signing.core.canonical import dumps, instant
from signing.core.hashing import sha256
from signing.log import checkpoint, tree
from signing.rounds import admission
from signing.sealing import sealed
from tests.browser.loopback import static_site

CODE = "DZ-2026-000318"
ABOUT = f"round:{CODE}/1"
BASE = f"/api/rounds/{CODE}/1"
AGENCY = {"code": "ag-7", "name": "达州测试造价所", "credit_code": "91511799MA0000000X"}
ORIGIN = "dazhou.mingxuan.example/ledger"
IDS = ("regulator", "notary", "platform")
PANELS = {
    "apply": "apply_form(round)",
    "publish": 'publish_panel("X", "您以某单位的身份发布", posted.get("statement"), round.demo_key)'
    '|replace("/api/projects/X/publication", "/given/publication")',
    "sign_in": 'certificate_sign_in(round.demo_key)|replace("/api/sign-in/", "/post/")',
    "statement": 'statement_panel(posted.statement, "redo_asked", "/post/signed", "签署", '
    "round.demo_key)",
    "recheck": 'recheck_panel("/documents/draw.json", expected, ranking)',
}
PAGE = """<!DOCTYPE html>
<html lang="{{ 'zh-CN' if locale == 'zh_CN' else 'en' }}" data-server-ms="{{ ms }}">
<meta charset="utf-8"><title>.</title><link rel="stylesheet" href="/static/css/page.css">
<script type="module" src="/static/js/page.js"></script>
<body><main class="wrap">%s</main><div class="hidden" id="said"></div></body></html>"""


@dataclass
class StandIn:
    """One open round by price (or by lot), its ledger and its trustees."""

    now: datetime
    p12: bytes = b""
    way: str = "price"
    accepting: bool = True
    box_ok: bool = True
    published: bool = True
    fail: dict[str, Any] = field(default_factory=dict)
    platform: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    log: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    trustees: list[X25519PrivateKey] = field(
        default_factory=lambda: [X25519PrivateKey.generate() for _ in IDS]
    )
    entries: list[bytes] = field(default_factory=lambda: [b'{"n":0}', b'{"n":1}'])
    uploads: list[dict[str, sealed.Envelope]] = field(default_factory=list)
    withdrawals: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    subjects: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    posted: dict[str, Any] = field(default_factory=dict)

    @property
    def seats(self) -> list[dict[str, str]]:
        keys = (key.public_key().public_bytes_raw().hex() for key in self.trustees)
        return [{"id": name, "key": key} for name, key in zip(IDS, keys, strict=True)]

    @property
    def terms(self) -> sealed.Terms:
        seats = tuple(sealed.Seat(**seat) for seat in self.seats)
        return sealed.Terms(ABOUT, 2, seats, instant(self.now + timedelta(days=3)))

    def app(self) -> Starlette:
        routes = [
            Route(f"{BASE}/terms", self._terms),
            Route(f"{BASE}/admission", self._admit, methods=["POST"]),
            Route(f"{BASE}/envelopes", self._upload, methods=["POST"]),
            Route(f"{BASE}/envelopes/{{sha}}", self._envelope),
            Route(f"{BASE}/withdrawals", self._withdraw, methods=["POST"]),
            Route("/demo/keys/agency.p12", lambda _: Response(self.p12)),
            Route("/documents/{name}", lambda r: Response(self.documents[r.path_params["name"]])),
            Route("/given/{name}", self._give),
            Route("/given/{name}", self._post, methods=["POST"]),
            Route("/post/{name}", self._post, methods=["POST"]),
            Route("/page/{locale}/{panel}", self._page),
        ]
        return static_site(routes)

    async def _page(self, request: Request) -> HTMLResponse:
        name, macro = request.path_params["panel"], PANELS[request.path_params["panel"]]
        env = environment(request.path_params["locale"])
        imported = macro.split("(")[0]
        text = f'{{% from "parts/crypto/{name}.html" import {imported} %}}{{{{ {macro} }}}}'
        page = {
            "code": CODE, "attempt": 1, "way": self.way, "agency_code": AGENCY["code"],
            "control_price_fen": 8_500_000 if self.way == "price" else None,
            "trustees": [{"id": one, "name": one.upper()} for one in IDS],
            "demo_key": "/demo/keys/agency.p12" if self.p12 else None,
        }  # fmt: skip
        html = env.from_string(PAGE % text).render(
            round=page,
            ms=int(self.now.timestamp() * 1000),
            expected=self.posted.get("expected"),
            posted=self.posted,
            ranking="/documents/ranking.json" if "ranking.json" in self.documents else None,
        )
        response = HTMLResponse(html)
        response.set_cookie("session", "who-am-i", httponly=True)
        return response

    async def _note(self, request: Request) -> dict[str, Any]:
        body = await request.body()
        path = request.url.path.removeprefix(BASE)
        self.requests.append((request.method, path, dict(request.headers), body))
        if left := self.fail.get(path):
            self.fail[path] = left[1:]
            return {"failed": left[0]}
        return json.loads(body) if body else {}

    def _problem(self, status: int, detail: str) -> JSONResponse:
        body = {"type": "about:blank", "status": status, "detail": detail, "key": "stand.in"}
        return JSONResponse(body, status, media_type="application/problem+json")

    async def _terms(self, request: Request) -> Response:
        await self._note(request)
        terms = self.terms
        kinds = [{"kind": kind, "bytes": size} for kind, size in sealed.SIZES.items()]
        body = {
            "v": 1, "about": ABOUT, "way": self.way, "pool": "applicants", "state": "accepting",
            "k": terms.k, "trustees": self.seats, "opens_at": terms.opens_at,
            "deadline_at": terms.opens_at, "accepting": self.accepting,
            "control_price_fen": 8_500_000 if self.way == "price" else None, "sizes": kinds,
            "rules": {}, "subjects": self.subjects, "now_at": instant(self.now),
            "platform_key": self.platform.public_key().public_bytes_raw().hex(),
            "log": {"name": ORIGIN, "key": self.log.public_key().public_bytes_raw().hex()},
        }  # fmt: skip
        return JSONResponse(body)

    async def _admit(self, request: Request) -> Response:
        asked = await self._note(request)
        if "failed" in asked:
            return self._problem(asked["failed"], "不在名录中，请先完成入驻。")
        self.authors.append(asked["author"])
        salt = sha256(asked["author"].encode())
        commit = admission.agency_commit(salt, AGENCY["code"])
        admitted = admission.admit(
            self.platform, about=ABOUT, author=asked["author"], red=False, commit=commit
        )
        return JSONResponse({"admission": admitted, "salt": salt.hex(), "agency": AGENCY})

    def _receipt(self, hashes: list[str]) -> dict[str, Any]:
        salt = sha256("".join(hashes).encode())
        facts = {"commit": admission.blind_commit(salt, ABOUT, hashes)}
        entry = {
            "v": 1, "tag": "sealed", "at": instant(self.now), "about": "sealed",
            "by": {"role": "alias"}, "prev": None, "facts": facts,
        }  # fmt: skip
        self.entries.append(dumps(entry))
        return admission.receipt(
            self.platform, about=ABOUT, envelopes=hashes, index=len(self.entries) - 1,
            salt=salt, at=instant(self.now),
        )  # fmt: skip

    async def _upload(self, request: Request) -> Response:
        sent = await self._note(request)
        if "failed" in sent:
            return self._problem(sent["failed"], "稍后再试。")
        key = request.headers["idempotency-key"]
        if key not in self.answers:
            found = {kind: sealed.read(sent[kind].encode()) for kind in ("application", "identity")}
            for envelope in found.values():
                sealed.must_fit(envelope, self.terms)
            self.uploads.append(found)
            self.answers[key] = self._receipt([one.sha256 for one in found.values()])
        return JSONResponse(self.answers[key], 201)

    async def _withdraw(self, request: Request) -> Response:
        body = await self._note(request)
        admission.check_withdrawal(body, about=ABOUT)
        self.withdrawals.append(body)
        return JSONResponse(self._receipt([sha256(dumps(body)).hex()]), 201)

    async def _envelope(self, request: Request) -> Response:
        await self._note(request)
        sha = request.path_params["sha"]
        receipt = next(one for one in self.answers.values() if sha in one["envelopes"])
        leaves = [tree.leaf_hash(entry) for entry in self.entries]
        proof = tree.inclusion(tree.in_memory(leaves), receipt["index"], len(leaves))
        top = checkpoint.Checkpoint(ORIGIN, len(leaves), tree.root(leaves))
        body = {
            "envelope": sha,
            "index": receipt["index"],
            "reports": [{"trustee": IDS[0], "ok": self.box_ok}]
            + [{"trustee": one, "ok": True} for one in IDS[1:]],
            "checkpoint": str(checkpoint.sign(self.log, top)) if self.published else None,
            "proof": [one.hex() for one in proof] if self.published else None,
            "entry": self.entries[receipt["index"]].decode(),
        }
        return JSONResponse(body)

    async def _give(self, request: Request) -> Response:
        return JSONResponse(self.posted[request.path_params["name"]])

    async def _post(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.posted[f"sent:{name}"] = await self._note(request)
        return JSONResponse(self.posted[name])

    def opened(self, upload: dict[str, sealed.Envelope]) -> dict[str, bytes]:
        """What two of the three trustees find in an upload."""
        found = {}
        for kind, envelope in upload.items():
            shares = {x: sealed.open_box(envelope, x, self.trustees[x - 1]) for x in (1, 3)}
            found[kind] = sealed.decrypt(envelope, sealed.recover(envelope, shares))
        return found


def stand_in(**given: Any) -> StandIn:
    """A round at a fixed instant."""
    return StandIn(now=datetime(2026, 11, 22, 1, 0, tzinfo=UTC), **given)
