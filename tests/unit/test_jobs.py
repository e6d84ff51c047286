"""A job that may not do its work yet says why in a line; what broke leaves its trace."""

import logging
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from market import jobs
from market.infra import job_heartbeats
from market.kernel.errors import MarketError
from market.kernel.job import Job
from signing.core.errors import Refused

WAITS = Refused("tsa", "no list is recent enough for {at}", at="today")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WAITS, "recent enough"),
        (MarketError("audit.shorter_tree"), "shorter_tree"),
        (ConnectionResetError(), "ConnectionResetError"),
        (ExceptionGroup("papers", [WAITS, ExceptionGroup("more", [WAITS])]), "recent enough"),
        (ValueError("a fault of ours"), None),
        (ExceptionGroup("papers", [WAITS, ValueError("a fault of ours")]), None),
    ],
)
async def test_only_what_broke_leaves_a_trace(
    error: Exception, said: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(_call: object) -> None:
        raise error

    job = Job("tried", 1, cast("Any", work))
    with caplog.at_level(logging.INFO, "mingxuan.jobs"):
        await jobs._guarded(job, cast("Any", None), lambda: datetime.now(UTC))()  # noqa: TID251 - any instant
    (line,) = caplog.records
    assert (line.exc_info is not None) is (said is None)
    assert (said or "failed") in line.getMessage()
    assert job_heartbeats.beats()["tried"].trouble == type(error).__name__
