"""Every timed job: what time does by itself, listed by each room.

APScheduler is only the alarm clock; deadlines stand in tables, so what is overdue at the start runs
then, and two workers never do the same thing twice (each job guards itself in the database).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from market import rooms
from market.infra import job_heartbeats
from market.infra.outage import outage
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call, Tools
from market.kernel.clock import Clock
from market.kernel.errors import MarketError
from market.kernel.job import Job
from signing.core.errors import Refused

log = logging.getLogger("mingxuan.jobs")
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a beat that is skipped is no news


JOBS: Final[list[Job]] = rooms.gathered("jobs", "JOBS")


def scheduler(tools: Tools, clock: Clock) -> AsyncIOScheduler:
    """The alarm clock with every job set; a job that fails is logged and comes again."""
    alarm = AsyncIOScheduler()
    for job in JOBS:
        alarm.add_job(
            _guarded(job, tools, clock),
            "interval",
            seconds=job.seconds,
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return alarm


def _guarded(job: Job, tools: Tools, clock: Clock) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        now = clock()
        try:
            await job.run(Call(THE_CLOCK, now, tools))
        except asyncio.CancelledError:
            log.info("job %s was cut off: the city closes", job.name)  # its unit is rolled back
        except Exception as error:
            job_heartbeats.note(job.name, now, error)
            if _only_waits(error):
                log.warning("job %s waits and will run again: %s", job.name, _said(error))
            else:
                log.exception("job %s failed and will run again", job.name)
        else:
            job_heartbeats.note(job.name, now)

    return run


def _only_waits(error: BaseException) -> bool:
    """Whether nothing broke: what was to be done cannot be done yet, and says why."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_only_waits, error.exceptions))
    return isinstance(error, MarketError | Refused) or outage(error) is not None


def _said(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(_said, error.exceptions))
    return str(error) or type(error).__name__
