"""`mingxuan trustee …`: make keys, lay down pins, run the agent, read its alarms.

The texts are for the person who runs a trustee's machine. Private keys never leave the directory.
"""

import json
import signal
from pathlib import Path
from threading import Event
from typing import Annotated
from urllib.parse import urlsplit

import httpx2
import typer

from signing import terminal
from signing.core.canonical import dumps, unhex
from signing.trustee import keys
from signing.trustee.agent import Agent
from signing.trustee.clock import demo_clock, machine_clock
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUT = 30.0

app = typer.Typer(help="A trustee: holds one share of every sealed envelope.", no_args_is_help=True)
Directory = Annotated[Path, typer.Option("--dir", help="Where its keys, pins and memory lie.")]


@app.command()
def init(
    directory: Directory,
    trustee: Annotated[str, typer.Option("--id", help="Its short id, such as regulator.")],
    name: Annotated[str, typer.Option(help="Its key name: <deployment>/<id>, no blanks.")],
    platform: Annotated[bool, typer.Option(help="It runs under the platform.")] = False,
) -> None:
    """Make a trustee's keys and print the statement that everybody else needs."""
    own = keys.new(trustee, name, platform=platform)
    keys.save(directory, own)
    terminal.say(dumps(keys.statement(own)).decode())


@app.command()
def pin(
    directory: Directory,
    trust: Annotated[Path, typer.Option(help="trust.json: log, platform, all trustees.")],
    regulator: Annotated[
        list[str] | None, typer.Option(help="Key (hex) whose opening orders are obeyed.")
    ] = None,
) -> None:
    """Lay down whom this trustee believes; check the file by another way than the platform."""
    regulators = tuple(unhex(key, 32) for key in regulator or [])
    pins = keys.pin(directory, trust.read_bytes(), regulators)
    for one in pins.anchors.trustees:
        terminal.say(f"{one.id}  {one.ed25519}  {'platform' if one.platform else 'independent'}")
    terminal.say(f"k = {pins.anchors.k}, ledger {pins.anchors.origin}")


@app.command()
def run(
    directory: Directory,
    url: Annotated[str, typer.Option(help="The platform, such as https://dazhou.example.")],
    interval: Annotated[float, typer.Option(min=0.05, help="Seconds between two turns.")] = 5.0,
    clock_file: Annotated[
        Path | None, typer.Option(help="DEMO ONLY: file with seconds its clock is ahead.")
    ] = None,
) -> None:
    """Run the agent until it is told to stop."""
    _must_be_private(url)
    if clock_file is not None:
        terminal.say("*** DEMO CLOCK: this trustee gives shares before their hour.", err=True)
        terminal.say("*** Never start a real trustee with --clock-file.", err=True)
    clock = machine_clock if clock_file is None else demo_clock(clock_file)
    own, pins = keys.load(directory), keys.pinned(directory)
    memory = Memory(directory / FILE)
    stop = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    with httpx2.Client(base_url=url, timeout=TIMEOUT, trust_env=False) as client:
        agent = Agent(Trustee(own, pins, memory), client, clock, _line, demo=clock_file is not None)
        agent.say(f"begins with {memory.ledger.size} entries of {pins.anchors.origin}")
        agent.run(interval, stop)
        agent.say("stops")
    memory.close()


@app.command()
def alarms(directory: Directory) -> None:
    """Print everything this trustee refused, both sides of a fork included (stop it first)."""
    memory = Memory(directory / FILE)
    for one in memory.all_said("alarm"):
        terminal.say(json.dumps(one.body, ensure_ascii=False, indent=1))
    memory.close()


def _must_be_private(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise typer.BadParameter("over a network the platform's address must begin with https://")


def _line(text: str) -> None:
    terminal.say(text)
