"""A trustee of an earlier release at this platform, and this trustee at a platform of then.

Both are processes of their own over loopback; each round goes from its publication to its reveal.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from market.selection.models import BoxReport, Contribution, Release, TrusteeAlarm, TrusteeSeen
from market.selection.states import State
from signing.trustee.clock import machine_clock
from signing.trustee.memory import FILE, Memory
from tests.factories.releases import reopened, unpacked
from tests.factories.settled import enrol_person
from tests.factories.town import OWNER, Town

PATIENCE = 30.0
PLATFORM = Path(__file__).with_name("old_platform.py")


def environment(root: Path | None) -> dict[str, str]:
    """Where Python finds ``signing``: in an unpacked release, or here."""
    above = str(root or PLATFORM.parents[2])
    return {**os.environ, "PYTHONPATH": above}  # noqa: TID251 - for a process of its own


def trustee(home: Path, port: int, clock: Path, root: Path | None) -> "subprocess.Popen[bytes]":
    """``trustee run`` of a release, or of this version, as its own process."""
    url = f"http://127.0.0.1:{port}"
    options = ("--dir", home, "--url", url, "--interval", "0.05", "--clock-file", clock)
    with (home / "out.txt").open("ab") as out:
        return subprocess.Popen(
            (sys.executable, "-m", "signing", "trustee", "run", *map(str, options)),
            env=environment(root),
            cwd=root or PLATFORM.parents[2],
            stdout=out,
            stderr=out,
        )


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[int]:
    config = uvicorn.Config(town.city.app, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it no other way
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def until(town: Town, clock: Path, done: Callable[[], Awaitable[bool]]) -> None:
    """Minute after minute in which the notary has called, until something is done."""
    for _ in range(60):
        town.clock.forward(minutes=1)
        ahead = (town.clock() - machine_clock()).total_seconds()
        clock.with_suffix(".new").write_text(str(ahead))
        clock.with_suffix(".new").rename(clock)
        called = TrusteeSeen.filter(trustee="notary", at=town.clock())
        for _ in range(int(PATIENCE / 0.05)):
            if await called.exists():
                break
            await asyncio.sleep(0.05)
        await town.turns(most=2)
        if await done():
            return
    raise AssertionError("nothing more happens")


@pytest.mark.on_sqlite
async def test_a_trustee_of_then_serves_a_round_of_now(tmp_path: Path) -> None:
    root, clock = unpacked("signing", tmp_path / "signing"), tmp_path / "ahead"
    async with reopened(tmp_path / "city", demo=True) as city, serving(city.town) as port:
        town = city.town
        notary = next(one for one in town.trustees if one.own.id == "notary")
        town.trustees.remove(notary)
        notary.memory.close()
        clock.write_text(str((town.clock() - machine_clock()).total_seconds()))
        process = trustee(tmp_path / "city" / "trustees" / "notary", port, clock, root)
        try:
            town.signers[OWNER.code] = await enrol_person(town, OWNER)
            about = await town.publish_ready(await town.ready(way="random", pool="applicants"))

            async def is_in(state: State) -> bool:
                return (await town.round(about)).state is state

            async def has_looked() -> bool:
                seen = BoxReport.filter(trustee="notary", envelope__round_id=about, ok=True)
                return await seen.count() == 4 + 2 * 2

            await until(town, clock, lambda: is_in(State.ACCEPTING))
            await town.apply(about, None, None)
            await until(town, clock, has_looked)
            town.down.add("platform")  # with two of three, nothing is opened but with the notary
            town.clock.now = (await town.round(about)).deadline_at
            await until(town, clock, lambda: is_in(State.REVEALED))
        finally:
            process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(process.wait, PATIENCE)  # its last call is answered here
        assert code == 0
        assert await Contribution.exists(round_id=about, role="trustee:notary")
        given = await Release.filter(round_id=about, trustee="notary").values_list(
            "kind", flat=True
        )
        assert {str(kind) for kind in given} == {"application", "identity"}
        assert await TrusteeAlarm.filter(trustee="notary").count() == 0


def test_a_trustee_of_now_serves_a_round_of_then(tmp_path: Path) -> None:
    root = unpacked("signing", tmp_path / "signing")
    platform = subprocess.Popen(
        (sys.executable, str(PLATFORM), str(tmp_path)),
        env=environment(root),
        cwd=root,
        stdout=subprocess.PIPE,
    )
    port = tmp_path / "port"
    while not port.exists():
        assert platform.poll() is None
        time.sleep(0.02)
    home = tmp_path / "regulator"
    process = trustee(home, int(port.read_text()), tmp_path / "ahead", None)
    said, _ = platform.communicate(timeout=PATIENCE)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0, (home / "out.txt").read_text()
    told = json.loads(said)
    names = ("notary", "platform", "regulator")
    assert told["released"] == [
        [one, what] for one in names for what in ("application", "identity")
    ]
    assert told["alarms"] == []
    assert set(told["refused"]) == {"/trustee/hello"}  # with what it speaks; without, it is taken
    memory = Memory(home / FILE)
    assert memory.all_said("alarm") == []
    memory.close()
