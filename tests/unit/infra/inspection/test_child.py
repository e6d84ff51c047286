"""The child that opens a stranger's file: one answer is heard, and nothing of it outlives that."""

import asyncio
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest

from market.infra.inspection import child, kinds
from market.kernel.errors import Kind, MarketError
from tests.factories import files

LIMITED = "import sys\nfrom market.infra.inspection import limits\nlimits.apply()\n"
GOOD = b'{"kind": "pdf", "size": 3}'


async def ask(data: bytes) -> tuple[str, bytes]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        async with child.inspected(file) as clean:
            pieces = [piece async for piece in clean.pieces]
            assert clean.size == len(b"".join(pieces))
            return clean.kind.name, b"".join(pieces)


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-I", "-c", code))


async def refused(data: bytes = b"x") -> str:
    with pytest.raises(MarketError) as told:
        await ask(data)
    assert told.value.kind is Kind.UNPROCESSABLE
    return told.value.key.removeprefix("inspection.")


async def test_the_child_gives_what_would_be_given_here() -> None:
    data = files.docx(**{"word/media/image2.jpeg": files.noise()})
    assert len(data) > 1 << 17, "more than a pipe holds"
    assert await ask(data) == kinds.clean(data)


async def test_a_refusal_comes_with_its_facts() -> None:
    with pytest.raises(MarketError) as told:
        await ask(files.docx(**{"word/strange.bin": b"x"}))
    assert (told.value.key, told.value.facts) == (
        "inspection.office_part",
        {"part": "word/strange.bin"},
    )
    assert await refused(b"%PDF-1.7 and nothing of it") == "unreadable"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("import os; os.kill(os.getpid(), 9)", "too_much"),
        ("", "too_much"),
        ("print('x' * 10**6)", "too_much"),
        ("print('[]')", "unreadable"),
        ('print(\'{"kind": "exe", "size": 3}\\nabc\', end="")', "unreadable"),
        ('print(\'{"refused": "a.b", "facts": {}}\\n{}\')', "unreadable"),
        (f"print('{GOOD.decode()}\\nab', end='')", "unreadable"),
        (f"print('{GOOD.decode()}\\nabcd', end='')", "unreadable"),
    ],
)
async def test_only_one_whole_answer_is_heard(
    monkeypatch: pytest.MonkeyPatch, code: str, key: str
) -> None:
    instead(monkeypatch, f"print('{GOOD.decode()}\\nabc', end='')")
    assert await ask(b"x") == ("pdf", b"abc"), "the canary: what the others lack"
    instead(monkeypatch, code)
    assert await refused() == key


async def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*words: str, **how: Any) -> Process:
        started.append(await start(*words, **how))
        return started[0]

    monkeypatch.setattr(child.asyncio, "create_subprocess_exec", noted)
    instead(monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(child, "SECONDS", 0.1)
    assert await refused() == "too_much"
    assert started[0].returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(2 << 30)",
        "import os; os.write(os.open(PATH, os.O_CREAT | os.O_WRONLY), b'x')",
        "[open('/dev/null') for _ in range(100)]",
        "import os; assert os.getpriority(0, 0) <= os.getpriority(0, os.getppid())",
    ],
    ids=["memory", "writing", "many files", "pushing ahead of pages"],
)
async def test_what_a_child_may_not_do_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: str
) -> None:
    deed = deed.replace("PATH", repr(str(tmp_path / "x")))
    after = f"{deed}\nprint('{GOOD.decode()}\\nabc', end='')"
    instead(monkeypatch, after)
    assert await ask(b"x") == ("pdf", b"abc"), "the canary: without limits it is done"
    instead(monkeypatch, LIMITED + after)
    assert await refused() == "too_much"


async def test_a_picture_that_eats_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import runpy\nfrom market.infra.inspection import limits\n"
        "limits._LIMITS[limits.resource.RLIMIT_AS] = 120 << 20\n"
        "runpy.run_module('market.infra.inspection')"
    )
    instead(monkeypatch, code)
    assert await refused(files.png_of_size(6000, 6000)) == "too_much"
    assert (await ask(files.png()))[0] == "png", "the canary: a small one has room enough"
