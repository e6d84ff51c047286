"""The ledger for everyone: published files, and pages that say in plain words what they hold."""

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.audit.entries import lines, who
from market.audit.models import Checkpoint, LedgerEntry, LedgerHead
from market.audit.proofs import consistency, entry_proof, history
from market.audit.publish import LogFolder, latest
from market.kernel.call import Call
from market.kernel.errors import MarketError, not_found
from market.web import pages
from signing.core.canonical import loads
from signing.log import note, tiles, tree

PAGE = 50
_INDEX = re.compile(r"\d{1,15}")


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """One witness: whether its line stands under the newest checkpoint."""

    id: str
    name: str
    platform: bool
    signed: bool


async def overview(request: Request, call: Call) -> Response:
    """The newest entries, the checkpoint, who has witnessed it."""
    before = request.query_params.get("before", "")
    head = await LedgerHead.get(id=1)
    top = int(before) if _INDEX.fullmatch(before) else head.size
    rows = await LedgerEntry.filter(index__lt=top).order_by("-index").limit(PAGE)
    newest = await latest()
    witnessed = await latest(witnessed=True)
    seen = witnessed.size if witnessed else 0
    names = {ln.name for ln in note.parse(newest.note).lines} if newest else set()
    return pages.render(
        request,
        call,
        "audit/log.html",
        lines=await lines(rows),
        size=head.size,
        older=rows[-1].index if rows and rows[-1].index else None,
        checkpoint=newest.note if newest else "",
        witnessed_size=seen,
        witnesses=[
            WitnessLine(t.id, t.name, t.platform, t.name in names)
            for t in call.tools.anchors.trustees
        ],
        keys=call.tools.anchors.data.decode(),
    )


async def entry_page(request: Request, call: Call) -> Response:
    """One entry with its stored bytes and its proof."""
    proof = await entry_proof(call.tools, _number(request.path_params["index"]))
    body = loads(proof.entry)
    return pages.render(
        request,
        call,
        "audit/entry.html",
        index=proof.index,
        body=body,
        at=datetime.fromisoformat(body["at"]),
        who=who(body["by"]),
        entry=proof.entry.decode(),
        leaf=tree.leaf_hash(proof.entry).hex(),
        note=proof.note,
        size=proof.size,
        witnessed=proof.witnessed,
        path=proof.path,
    )


async def entry_json(request: Request, call: Call) -> Response:
    """The same for programs: bytes, checkpoint, path."""
    proof = await entry_proof(call.tools, _number(request.path_params["index"]))
    return JSONResponse(
        {
            "index": proof.index,
            "entry": proof.entry.decode(),
            "checkpoint": proof.note or None,
            "witnessed": proof.witnessed,
            "proof": proof.path,
        }
    )


async def history_json(request: Request, call: Call) -> Response:
    """``?about=round:…``: every entry about a thing with its proof, for programs; ``?from=``."""
    about = request.query_params.get("about", "")
    told = await history(call.tools, about, _number(request.query_params.get("from", "0")))
    return JSONResponse(
        {
            "about": about,
            "checkpoint": told.note or None,
            "entries": [
                {"index": one.index, "entry": one.entry.decode(), "proof": one.path}
                for one in told.entries
            ],
            "next": told.next,
        }
    )


async def consistency_json(request: Request, call: Call) -> Response:
    """The proof that one published tree extends an older one."""
    first = _number(request.query_params.get("first", ""))
    second = _number(request.query_params.get("second", ""))
    if not await Checkpoint.exists(size=second) or not 0 <= first <= second:
        raise MarketError("audit.no_such_trees")
    return JSONResponse({"proof": consistency(call.tools, first, second)})


async def keys_json(_request: Request, call: Call) -> Response:
    """The public keys that anchor everything (keys.json of PROTOCOL.md §8)."""
    return Response(call.tools.anchors.data, media_type="application/json")


async def checkpoint_file(_request: Request, call: Call) -> Response:
    """The newest checkpoint (C2SP tlog-checkpoint)."""
    return _file(call, "checkpoint", "text/plain; charset=utf-8", "no-cache")


async def tile_file(request: Request, call: Call) -> Response:
    """A tile or an entry bundle (C2SP tlog-tiles). They never change once full."""
    path = tiles.read_path("tile/" + request.path_params["path"]).path
    return _file(call, path, "application/octet-stream", "public, max-age=31536000, immutable")


def _file(call: Call, path: str, media_type: str, keep: str) -> Response:
    try:
        data = LogFolder(call.tools.log).read(path)
    except (FileNotFoundError, NotADirectoryError):
        raise not_found("tile") from None
    return Response(data, media_type=media_type, headers={"cache-control": keep})


def _number(text: str) -> int:
    if not _INDEX.fullmatch(text):
        raise not_found("entry")
    return int(text)
