"""Which tests share a process: those of a dear session fixture stay together, the rest by file.

The dearest folders begin, so that nobody waits for them at the end.
"""

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.suite.budgets import budgets, folder_of

TOGETHER = {
    "a demo city that runs": ("tests/browser/test_city_", "tests/browser/test_journey_"),
    "a founded city": ("tests/signing/verify/",),
}


def group_of(nodeid: str) -> str:
    """The fixture that keeps it with others, or the test's file."""
    file = nodeid.partition("::")[0]
    return next((name for name, files in TOGETHER.items() if file.startswith(files)), file)


class ByGroup(LoadScopeScheduling):
    """Hands out groups whole, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """The groups decide, whatever ``--dist`` says."""
    config.option.loadscopereorder = False
    return ByGroup(config, log)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A single file needs no other process."""
    files = {arg.partition("::")[0] for arg in config.args}
    alone = len(files) == 1 and Path(*files).suffix == ".py"
    return 0 if alone else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The dearest folders first; inside, everything as it was.

    Every process must give a case the same name; an address of memory is none.
    """
    nameless = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if nameless:
        raise pytest.UsageError(f"give these cases ids: {nameless}")
    known = budgets(config)
    items.sort(key=lambda item: -known.get(folder_of(item.nodeid, known), 0))
