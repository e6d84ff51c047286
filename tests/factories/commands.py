"""A command line run in this process as a shell runs it: its exit code, and what it said."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """All that stands on the terminal."""
        return self.stdout + self.stderr


def said(main: Callable[[list[str]], object], *words: object) -> Said:
    """Run ``main`` with ``words`` as its arguments."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Said(code if isinstance(code, int) else 0, *texts)
