"""What a command says on any terminal, and how it ends: a sentence and a code, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from signing import terminal
from signing.__main__ import main
from signing.core.errors import Refused
from tests.factories.commands import said

ROOT = Path(__file__).parents[2]


class Below(Exception):  # noqa: N818 - of a room above this library
    """What only the caller can word."""


def ended(error: Exception) -> tuple[int, str]:
    def command() -> None:
        raise error

    words = [terminal.Says(Below, lambda e: f"worded: {e}")]
    done = said(lambda _: terminal.run(command, words))
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.exit_code, done.stderr.strip()


def test_what_is_refused_is_said_and_ends_with_one() -> None:
    assert ended(Refused("code", "{n} is too few", n=1)) == (1, "1 is too few")
    assert ended(Below("so")) == (1, "worded: so")
    missing = FileNotFoundError(2, "No such file or directory", "keys.json")
    assert ended(missing) == (1, "keys.json: No such file or directory")


def test_what_nobody_foresaw_is_said_with_its_place_and_is_no_verdict() -> None:
    code, sentence = ended(KeyError("about"))
    assert code == 70
    assert "KeyError('about') (test_terminal.py:" in sentence


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "utf-8"])
def test_no_encoding_is_in_the_way(encoding: str) -> None:
    act = "from signing import terminal; terminal.run(lambda: print('✓ 卷宗 … →'))"
    done = subprocess.run(
        [sys.executable, "-c", act],
        cwd=ROOT,
        env={"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    expected = {
        "gbk": "+ 卷宗 … →",
        "cp1252": "+ ?? … ->",
        "ascii": "+ ?? ... ->",
        "utf-8": "✓ 卷宗 … →",
    }
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding).strip() == expected[encoding]


def test_a_wrong_word_is_told_by_the_command_line_itself(tmp_path: Path) -> None:
    assert said(main, "verify").exit_code == 2
    assert said(main, "nothing").exit_code == 2
    none = said(main, "verify", tmp_path / "none.zip")
    assert (none.exit_code, none.stdout) == (2, "")
    assert "none.zip" in none.stderr


def test_signs_that_steer_a_terminal_are_shown_and_not_obeyed() -> None:
    painted = "达州\x1b[1;1H\x1b[J✓ ALL HOLDS\x1b[8m\x9b0m\u202e\r"
    done = said(lambda _: terminal.run(lambda: terminal.say(painted)))
    shown = "达州\\u001b[1;1H\\u001b[J✓ ALL HOLDS\\u001b[8m\\u009b0m\\u202e\\u000d\n"
    assert done.stdout == shown
    told = said(lambda _: terminal.run(lambda: terminal.say_json('{"a":"\x9b"}'.encode())))
    assert told.stdout == '{"a":"\\u009b"}\n'
