"""``mingxuan demo``: a running city, three trustees, an embedded database, in one command.

Keys, certificates and the story are made at the first start and kept in the data folder. The
trustees are processes of their own with folders of their own; like the city they follow a clock
that the demo's banner can put ahead.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from importlib import import_module
from pathlib import Path
from socket import create_server, socket
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from market.cli.serve import run
from market.cli.waiting import told_to_wait
from market.demo import DONE
from market.settings import Settings

INTERVAL = "0.4"
OPERATOR = "达州市中介超市运营中心（演示）"


def demo(
    port: Annotated[int, typer.Option(help="Port of the city.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder for everything it keeps.")] = Path("data"),
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Start the demo city and open it in the browser. Stop it with Ctrl+C."""
    console = Console()
    folder = data.resolve()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(data=folder / "city", url=url, demo=True, clock=folder / "clock")
    os.environ.update(_environment(settings))  # noqa: TID251 - what founding and serving will read
    listening = _listen(port)
    began = time.monotonic()
    stands = (folder / DONE).exists()
    if not stands:
        if browser:
            webbrowser.open(url)
        with console.status("建城 founding the demo city …"), told_to_wait(listening):
            _found_apart()
    console.print(f"城市已就绪 the city stands ({time.monotonic() - began:.1f} s): {url}")
    trustees: list[subprocess.Popen[bytes]] = []
    company = (folder, url, trustees, browser and stands)
    threading.Thread(target=_accompany, args=company, daemon=True).start()
    # Who is asked to stop ends like at Ctrl+C, so that no trustee is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run("127.0.0.1", port, quiet=True, listening=listening)
    finally:
        for process in trustees:
            process.send_signal(signal.SIGTERM)
        for process in trustees:
            process.wait(10)


def _listen(port: int) -> socket:
    try:
        return create_server(("127.0.0.1", port), backlog=2048)
    except OSError as error:
        raise typer.BadParameter(
            f"端口 {port} 已被占用，请用 --port 另选一个。"
            f" Port {port} is taken: choose another with --port."
        ) from error


def _found_apart() -> None:
    """Found the city in a process of its own, whose memory goes with it; the rooms load beside."""
    founding = subprocess.Popen([sys.executable, "-m", "market.demo"])
    import_module("market.app")
    import_module("market.web.pages").ready("projects/home.html")
    if founding.wait():
        raise typer.Exit(1)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "MINGXUAN_DATA": str(settings.data),
        "MINGXUAN_URL": settings.url,
        "MINGXUAN_DEMO": "1",
        "MINGXUAN_OPERATOR": OPERATOR,
        "MINGXUAN_CLOCK": str(settings.clock),
    }


def _trustee(folder: Path, name: str, url: str) -> subprocess.Popen[bytes]:
    home = folder / "trustees" / name
    with (home / "log.txt").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own module
            [
                *(sys.executable, "-m", "signing", "trustee", "run"),
                *("--dir", str(home), "--url", url, "--interval", INTERVAL),
                *("--clock-file", str(folder / "clock")),
            ],
            stdout=log,
            stderr=log,
        )


def _accompany(
    folder: Path, url: str, trustees: list[subprocess.Popen[bytes]], browser: bool
) -> None:
    """When the city answers, wake the trustees, who would only slow its start; show the page."""
    for _ in range(100):
        try:
            httpx2.get(url + "/log/checkpoint", timeout=1)
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            homes = sorted((folder / "trustees").iterdir())
            trustees += [_trustee(folder, home.name, url) for home in homes]
            if browser:
                webbrowser.open(url)
            return
