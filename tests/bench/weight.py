"""What the supermarket's pages weigh over the wire, and how long ten people at once wait."""

import gzip
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urljoin

from market.settings import Settings
from tests.bench.measure import Goal, Row, Sizes, apart, percentile
from tests.bench.register import fill
from tests.bench.servers import Client, answer, city, folder, own_path
from tests.bench.uploads import environment

PAGES = ("/", "/agencies")
CLIENTS = 10
HEADERS = {"accept-encoding": "gzip", "accept-language": "zh-CN"}
LINKED = re.compile(
    r"<(?:script|img)[^>]+src=\"([^\"]+)\"|<link[^>]+rel=\"(?:stylesheet|icon|modulepreload)\"[^>]+href=\"([^\"]+)\"|<link[^>]+href=\"([^\"]+)\"[^>]+rel=\"(?:stylesheet|icon)\""
)
IMPORTED = re.compile(
    r"(?:from|import)\s*\(?[\"'](\.{0,2}/[^\"']+)[\"']|url\([\"']?(?!data:|#)([^\"')]+)"
)
FONT = re.compile(r"\.(?:woff2?|otf|ttf)(?:\?|$)")


def rows(sizes: Sizes) -> Iterator[Row]:
    """First visit, second visit, and the wait."""
    with folder() as path:
        settings = Settings(data=path, demo=True)
        apart(fill, settings, min(sizes.few, 634), min(sizes.few, 634))
        with city(environment(settings) | {"MINGXUAN_DEMO": "1"}) as (port, _):
            for page in PAGES:
                with closing(Client(port)) as client:
                    first, again = weigh(client, page)
                yield Row(
                    "weight",
                    f"{page}, first visit, without fonts",
                    "KB",
                    first,
                    goal=Goal("≤", 60, of_ratio=False),
                )
                yield Row(
                    "weight",
                    f"{page}, second visit",
                    "KB",
                    again,
                    goal=Goal("≤", 15, of_ratio=False),
                )
            for page in PAGES:
                late = _wait(port, page, sizes.uploads) * 1000
                yield Row(
                    "wait",
                    f"{page}, {CLIENTS} clients at once, p99",
                    "ms",
                    late,
                    goal=Goal("≤", 50, of_ratio=False),
                )


def weigh(client: Client, page: str) -> tuple[float, float]:
    """KB of bodies and headers: everything at first, then only what a browser asks for again."""
    waiting, seen, first, again = [page], {page}, 0.0, 0.0
    while waiting:
        path = waiting.pop()
        client.request("GET", path, headers=HEADERS)
        said = client.getresponse()
        data = said.read()
        size = len(data) + sum(len(n) + len(v) + 4 for n, v in said.getheaders())
        first += size
        if "immutable" not in (said.getheader("cache-control") or ""):
            again += _second(client, path, said.getheader("etag"))
        text = gzip.decompress(data) if said.getheader("content-encoding") == "gzip" else data
        kind = said.getheader("content-type") or ""
        found = LINKED if "html" in kind else IMPORTED
        if not any(name in kind for name in ("html", "javascript", "css")):
            continue
        for match in found.findall(text.decode()):
            target = own_path(urljoin(path, next(part for part in match if part)))
            if target.startswith("/") and target not in seen and not FONT.search(target):
                seen.add(target)
                waiting.append(target)
    return first / 1000, again / 1000


def _second(client: Client, path: str, etag: str | None) -> float:
    known = {"if-none-match": etag} if etag else {}
    _, data, headers = answer(client, "GET", path, headers=HEADERS | known)
    return len(data) + headers


def _wait(port: int, page: str, times: int) -> float:
    def visit(_number: int) -> list[float]:
        found = []
        with closing(Client(port)) as client:
            for _ in range(times):
                began = time.perf_counter()
                answer(client, "GET", page, headers=HEADERS)
                found.append(time.perf_counter() - began)
        return found

    with ThreadPoolExecutor(CLIENTS) as pool:
        return percentile([t for some in pool.map(visit, range(CLIENTS)) for t in some], 0.99)
