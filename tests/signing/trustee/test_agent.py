"""The agent as it is run: a process of its own, a real server, killed at every turn."""

import errno
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import httpx2
import pytest
import uvicorn

from signing.__main__ import main
from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.trustee import keys, wire
from signing.trustee.clock import demo_clock, machine_clock
from signing.trustee.memory import FILE, Memory
from tests.factories.commands import said
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, NAMES, City, Round
from tests.signing.trustee.town import Town

PATIENCE = 30.0


class Door:
    """The city behind a real server; `kill` is asked before a message is answered."""

    def __init__(self, city: City) -> None:
        self.city, self.lock, self.heard = city, Lock(), Event()
        self.messages: list[bytes] = []
        self.kill: Callable[[str], bool] = lambda _: False

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        data, more = b"", True
        while more:
            message = await receive()
            data += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["method"] == "POST":
            self.messages.append(data)
            self.heard.set()
            if self.kill(loads(data)["kind"]):
                return  # nobody is there to be answered
        with self.lock:
            status, body = self.city.answer(scope["method"], scope["path"], data)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [body for body in map(loads, self.messages) if body["kind"] == kind]


@contextmanager
def served(door: Door) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(door, lifespan="off", ws="none", log_level="critical")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Process:
    """`trustee run` as its own process, started again whenever it was killed."""

    def __init__(self, directory: Path, url: str, clock: Path) -> None:
        code = "from signing.trustee.command import app; app()"
        run = ("run", "--dir", str(directory), "--url", url, "--interval", "0.05")
        self.line = (sys.executable, "-c", code, *run, "--clock-file", str(clock))
        self.out = directory / "out.txt"
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        with self.out.open("ab") as out:
            return subprocess.Popen(self.line, stdout=out, stderr=out)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self.start()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def set_clock(path: Path, at: datetime) -> None:
    ahead = (at - machine_clock()).total_seconds()
    fresh = path.with_suffix(".new")
    fresh.write_text(str(ahead), encoding="ascii")
    fresh.replace(path)


class Killer:
    """Kills the agent the first time it says something of a kind, before it is answered."""

    def __init__(self, agent: Process) -> None:
        self.agent, self.killed = agent, set[str]()

    def __call__(self, kind: str) -> bool:
        if kind in self.killed:
            return False
        self.killed.add(kind)
        self.agent.kill()
        return True


def until(town: Town, door: Door, agent: Process, done: Callable[[], bool]) -> None:
    """Let the other two trustees work until something is done."""
    for _ in range(int(PATIENCE / 0.1)):
        with door.lock:
            town.turn("notary", "platform")
            if done():
                return
        door.heard.wait(0.1)
        door.heard.clear()
    raise AssertionError(agent.out.read_text(encoding="utf-8"))


def test_killed_before_every_answer_it_says_the_same_again(town: Town, tmp_path: Path) -> None:
    city, door = town.city, Door(town.city)
    town.agents["regulator"].trustee.memory.close()
    ahead = tmp_path / "ahead"
    set_clock(ahead, START)
    with served(door) as url:
        agent = Process(tmp_path / "regulator", url, ahead)
        door.kill = killer = Killer(agent)
        with door.lock:
            one = city.open_round("DZ-2026-000001")
        until(town, door, agent, lambda: len(one.contributions) == len(NAMES) + 1)
        with door.lock:
            people = [city.apply(one) for _ in range(40)]
        until(town, door, agent, lambda: not city.boxes(one, "regulator"))
        city.now = HOUR + timedelta(seconds=1)
        set_clock(ahead, city.now)
        with door.lock:
            city.freeze(one)
        until(town, door, agent, lambda: {who for who, _, _ in city.released} == set(NAMES))
        with door.lock:
            city.unseal(one)
            city.decide(one)
        released = ("regulator", "identity", one.taken[0])
        until(town, door, agent, lambda: released in city.released)
        assert agent.stop() == 0
    assert killer.killed >= {"hello", "cosignature", "contribution", "reports", "shares"}
    must_be_said_again(door, len(NAMES) + 1 + 2 * len(people))
    assert town.codes() == []
    out = agent.out.read_text(encoding="utf-8")
    assert "DEMO CLOCK" in out
    assert "regulator: released 1 envelopes (identity)" in out


def must_be_said_again(door: Door, envelopes: int) -> None:
    for kind in ("contribution", "shares"):
        first, second = door.said(kind)[:2]
        assert first == second
    reports: dict[str, Any] = {}
    for page in door.said("reports"):
        for body in page["reports"]:
            assert reports.setdefault(body["envelope"], body) == body
    assert len(reports) == envelopes


def test_the_platform_may_be_down(town: Town, lot: Round) -> None:
    agent, stop = town.agents["regulator"], Event()
    answer, tries = town.city.answer, []

    def down(method: str, path: str, data: bytes) -> tuple[int, bytes]:
        tries.append(path)
        if len(tries) > 6:
            stop.set()
        if len(tries) in (1, 2):
            raise httpx2.ConnectError("nobody there")
        return (503, b"") if len(tries) in (3, 4) else answer(method, path, data)

    town.city.answer = down  # type: ignore[method-assign]  # the platform's bad day
    town.city.apply(lot)
    agent.run(0.0, stop)
    assert any("does not answer (ConnectError)" in line for line in town.lines)
    assert any("answers 503 to the greeting" in line for line in town.lines)
    town.turn()
    assert len(town.city.reports) > len(NAMES)


@pytest.mark.parametrize("silent", [False, True], ids=["said", "where nothing can be said"])
def test_its_own_disk_may_be_full(town: Town, lot: Round, *, silent: bool) -> None:
    agent, stop, turns = town.agents["regulator"], Event(), []
    disk, turn = town.trustee().memory._db, agent.turn
    (pages,) = disk.execute("PRAGMA page_count").fetchone()

    def say(line: str) -> None:
        town.lines.append(line)
        if silent:
            raise OSError(errno.ENOSPC, line)

    def full() -> bool:
        turns.append(disk.execute(f"PRAGMA max_page_count={pages}"))
        if len(turns) == 3:
            stop.set()
        return turn()

    agent.turn, agent.tell = full, say  # type: ignore[method-assign]  # a bad day
    town.city.apply(lot)
    agent.run(0.0, stop)
    assert len([line for line in town.lines if "disk is full" in line]) == 1
    assert not disk.in_transaction, "what is said later is durable"
    disk.execute(f"PRAGMA max_page_count={2**30}")
    agent.turn, agent.tell = turn, town.lines.append  # type: ignore[method-assign]  # as before
    town.turn(times=2)
    assert len(town.city.reports) > len(NAMES)


def test_a_commit_that_finds_no_room_holds_nothing_and_leaves_nothing_open(tmp_path: Path) -> None:
    memory = Memory(tmp_path / FILE)

    class Full:
        """A connection whose disk is full when it comes to the end."""

        def __init__(self, real: sqlite3.Connection) -> None:
            self.real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

        def execute(self, statement: str, *given: Any) -> Any:
            if statement == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return self.real.execute(statement, *given)

    real, memory._db = memory._db, Full(memory._db)  # type: ignore[assignment]  # in its place
    with pytest.raises(sqlite3.OperationalError, match="full"), memory.together():
        memory.say("alarm", "x", None, {})
    memory._db = real
    assert not real.in_transaction
    assert memory.outbox() == []
    memory.close()


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b"\xff", b'{"v":1.0}', b"[" * 100_000])
def test_nonsense_is_no_work(town: Town, lot: Round, answer: bytes) -> None:
    town.city.answer = lambda *_: (200, answer)  # type: ignore[method-assign]  # hostile
    with pytest.raises(Refused):
        town.agents["regulator"].turn()


def test_an_answer_too_large_is_not_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.trustee.agent.LARGEST", 10)
    town.city.answer = lambda *_: (200, bytes(11))  # type: ignore[method-assign]  # hostile
    with pytest.raises(Refused, match="more than 10"):
        town.agents["regulator"].turn()


def test_a_message_that_is_refused_is_not_sent_for_ever(town: Town) -> None:
    answer, posts = town.city.answer, []

    def refusing(method: str, path: str, data: bytes) -> tuple[int, bytes]:
        posts.append(path)
        return (422, b"") if path == wire.PATHS["contribution"] else answer(method, path, data)

    town.city.answer = refusing  # type: ignore[method-assign]  # the platform says no
    town.city.open_round("DZ-2026-000001")
    town.turn("regulator")
    asked = town.city.bend
    town.city.bend = lambda _, it: type(it)(it.checkpoint, (), it.boxes)
    town.turn("regulator", times=3)
    assert posts.count(wire.PATHS["contribution"]) == 1
    town.city.bend, town.city.answer = asked, answer  # type: ignore[method-assign]  # as before
    town.turn("regulator")
    assert "trustee:regulator" in town.city.rounds["round:DZ-2026-000001/1"].contributions


def test_a_refusal_is_told_once(town: Town, lot: Round) -> None:
    town.city.apply(lot, k=3)
    town.turn(times=4)
    assert town.codes("regulator") == ["envelope_terms"]
    assert len(town.trustee().memory.all_said("alarm")) == 1
    assert sum("REFUSED envelope_terms" in line for line in town.lines) == len(NAMES)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    memory = Memory(tmp_path / FILE)
    with pytest.raises(Refused, match="in use by another agent"):
        Memory(tmp_path / FILE)
    memory.close()
    Memory(tmp_path / FILE).close()


def test_the_demo_clock_is_ahead_by_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "ahead"
    clock = demo_clock(path)
    for text, seconds in (("", 0), ("3600", 3600), ("nonsense", 0), ("1e300", 0), ("nan", 0)):
        path.write_text(text, encoding="ascii")
        assert abs((clock() - machine_clock()).total_seconds() - seconds) < PATIENCE
    path.unlink()
    assert clock().tzinfo == UTC


def invoked(*line: str) -> tuple[int, str]:
    done = said(main, "trustee", *line)
    return done.exit_code, done.output


def test_the_command_line_from_keys_to_pins(tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in NAMES}
    fellows = []
    for name, home in homes.items():
        line = ("init", "--dir", str(home), "--id", name, "--name", f"city.example/{name}")
        code, out = invoked(*line, *(["--platform"] if name == "platform" else []))
        assert code == 0
        fellows.append(keys.read_statement(out.strip().encode()))
    assert [one.platform for one in fellows] == [False, False, True]
    own = keys.load(homes["regulator"])
    city = City([own, *map(keys.load, (homes["notary"], homes["platform"]))])
    trust = tmp_path / "trust.json"
    trust.write_bytes(city.anchors.data)
    regulator = bytes(range(32)).hex()
    line = ("pin", "--dir", str(homes["regulator"]), "--trust", str(trust))
    code, out = invoked(*line, "--regulator", regulator)
    assert code == 0
    assert "k = 2, ledger city.example/ledger" in out
    assert keys.pinned(homes["regulator"]).regulators == (bytes(range(32)),)
    assert invoked("alarms", "--dir", str(homes["regulator"])) == (0, "")


def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    here = ("--dir", str(tmp_path))
    code, out = invoked("run", *here, "--url", "http://far.example")
    assert (code, "https://" in out) == (2, True)
    code, out = invoked("run", *here, "--url", "http://127.0.0.1:1")
    assert (code, "trustee init" in out) == (1, True)
    code, out = invoked("pin", *here, "--trust", str(tmp_path / "nowhere.json"))
    assert (code, "No such file" in out) == (1, True)
    code, out = invoked("init", *here, "--id", "x", "--name", "two words")
    assert (code, "without blanks" in out) == (1, True)
    assert list(tmp_path.iterdir()) == []
