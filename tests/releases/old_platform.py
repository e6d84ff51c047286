"""The little platform of an earlier release, from one round's publication to its reveal.

``python old_platform.py FOLDER`` among what an archived ``signing.tar.xz`` holds: its signing, and
the platform in memory that its tests were driven by. Two trustees of that release work in this
process; the keys of the third lie in FOLDER/regulator, for a trustee of another version to be run
at the address in FOLDER/port by the clock in FOLDER/ahead. What it told is printed at the end.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread

from signing.trustee.clock import machine_clock
from tests.signing.trustee.city import HOUR, NAMES, City
from tests.signing.trustee.town import Town, found_town

PATIENCE = 30.0


def served(city: City, lock: Lock, heard: Event, refused: list[str]) -> ThreadingHTTPServer:
    """The platform at a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length") or 0))
            with lock:
                status, body = city.answer(self.command, self.path, data)
            if status >= 400 and self.command == "POST":
                refused.append(self.path)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            heard.set()

        do_GET = do_POST = answer  # noqa: N815 - as the standard library calls them

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def main(folder: Path) -> None:
    """Live through the round; say who released what."""
    town, lock, heard, refused = found_town(folder), Lock(), Event(), list[str]()
    city = town.city
    town.agents["regulator"].trustee.memory.close()
    server = served(city, lock, heard, refused)
    Thread(target=server.serve_forever, daemon=True).start()

    def move(now: datetime) -> None:
        city.now = now
        (folder / "ahead").write_text(str((now - machine_clock()).total_seconds()))

    def until(done: Callable[[], bool]) -> None:
        wait(town, lock, heard, done)

    move(city.now)
    (folder / "port.new").write_text(str(server.server_address[1]))
    (folder / "port.new").rename(folder / "port")
    with lock:
        one = city.open_round("DZ-2026-000001")
    until(lambda: len(one.contributions) == len(NAMES) + 1)
    with lock:
        for _ in range(2):
            city.apply(one)
    until(lambda: not city.boxes(one, "regulator"))
    move(HOUR + timedelta(seconds=1))
    with lock:
        city.freeze(one)
    until(lambda: {who for who, _, _ in city.released} == set(NAMES))
    with lock:
        city.unseal(one)
        city.decide(one)
    until(lambda: ("regulator", "identity", one.taken[0]) in city.released)
    told = {
        "released": sorted({(who, what) for who, what, _ in city.released}),
        "alarms": town.codes(),
        "refused": refused,
    }
    print(json.dumps(told))  # noqa: T201 - the answer


def wait(town: Town, lock: Lock, heard: Event, done: Callable[[], bool]) -> None:
    """Let the two trustees of this process work until something is done."""
    for _ in range(int(PATIENCE / 0.05)):
        with lock:
            town.turn("notary", "platform")
            if done():
                return
        heard.wait(0.05)
        heard.clear()
    raise SystemExit("nothing more happens")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
