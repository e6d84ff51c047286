"""Two ways to run tests against a fault, each in a process that ends with it."""

import gc
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.power.mutants import Mutant

OPTIONS = ("-q", "-x", "-n", "0", "-p", "no:unraisableexception",
           "-W", "ignore:Module already imported")  # fmt: skip
MOST_SECONDS = 90  # of processor time: a loop without an end is noticed too


def unnoticed(tests: Sequence[str], mutants: Sequence[Mutant], scratch: Path) -> list[Mutant]:
    """Which of them these tests let live, given to functions that were imported unbroken.

    Tests are collected once, so this is fast; but what a module does while it is imported stays
    unbroken, so that some live here who would not `from_the_start`.
    """
    alive = scratch / "alive.txt"
    alive.write_text("")

    def collect_once() -> int:
        return pytest.main([*_options(scratch), *tests], plugins=[_Swapping(mutants, alive)])

    _code_of(collect_once, scratch / "said.txt", MOST_SECONDS * 1000)
    return [mutants[int(number)] for number in alive.read_text().split()]


def must_pass(tests: Sequence[str], scratch: Path) -> None:
    """Exit unless they pass as they are."""
    if not from_the_start(tests, None, scratch):
        sys.exit(f"{(scratch / 'said.txt').read_text()}\nthe tests fail as they are")


def from_the_start(tests: Sequence[str], mutant: Mutant | None, scratch: Path) -> bool:
    """Whether the tests notice nothing, where nothing of ours was imported before the fault."""

    def import_broken() -> int:
        if mutant is not None:
            sys.meta_path.insert(0, _Broken(mutant))
        return pytest.main([*_options(scratch), *tests], plugins=[_PlainFirst()])

    return _code_of(import_broken, scratch / "said.txt") == 0


def _options(scratch: Path) -> list[str]:
    return [*OPTIONS, "-o", f"cache_dir={scratch / 'cache'}", f"--basetemp={scratch / 'tmp'}"]


def _code_of(call: Callable[[], int], said: Path, seconds: int = MOST_SECONDS) -> int:
    """How a child ends that does this and no more."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = 1
        try:
            code = call()
        finally:
            sys.stdout.flush()
            os._exit(int(code))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class _PlainFirst:
    """A plugin of pytest: tests that try many examples come last."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Hypothesis marks them."""
        items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)


class _Swapping(_PlainFirst):
    """A plugin of pytest: once all is collected, a child goes on with each fault."""

    def __init__(self, mutants: Sequence[Mutant], alive: Path) -> None:
        self.mutants, self.alive = mutants, alive

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool | None:
        """Whether the tests were run: not yet, in a child."""
        functions = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
        for number, mutant in enumerate(self.mutants):
            broken = _broken(mutant)
            swapped = [each for each in functions if each.__code__ in broken]
            child = os.fork() if swapped else None
            if child == 0:
                resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
                for function in swapped:
                    function.__code__ = broken[function.__code__]
                return None
            if child is None or os.waitpid(child, 0)[1] == 0:
                with self.alive.open("a") as file:
                    file.write(f"{number}\n")
        return True


def _broken(mutant: Mutant) -> dict[CodeType, CodeType]:
    """What functions of the module run, and what they run instead."""
    whole = compile(Path(mutant.file).read_text("utf-8"), mutant.file, "exec")
    pairs = zip(_inside(whole), _inside(mutant.code), strict=False)
    return {code: other for code, other in pairs if code != other}


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)


class _Broken(MetaPathFinder):
    """Gives one module with a fault, wherever it is imported."""

    def __init__(self, mutant: Mutant) -> None:
        parts = Path(mutant.file).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.path, self.code = str(Path(mutant.file).resolve()), mutant.code

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Only for that one."""
        if name != self.name:
            return None
        broken = self.code

        class Loader(SourceFileLoader):
            def get_code(self, _name: str) -> CodeType:
                return broken

        return spec_from_file_location(name, self.path, loader=Loader(name, self.path))
