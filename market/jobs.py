"""Every timed job: what time does by itself, one line each.

APScheduler is only the alarm clock; deadlines stand in tables, so what is overdue at the start runs
then, and two workers never do the same thing twice (each job guards itself in the database).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from market.accounts.jobs import keep_seen
from market.audit.jobs import publish_checkpoint
from market.demo.jobs import renew_crls
from market.documents.jobs import sign_ordered
from market.infra import beats
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call, Tools
from market.kernel.clock import Clock
from market.selection.jobs import advance_due, forget_keys, open_ordered

log = logging.getLogger("mingxuan.jobs")
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a beat that is skipped is no news


@dataclass(frozen=True, slots=True)
class Job:
    """One job: every how many seconds, and what."""

    name: str
    seconds: float
    run: Callable[[Call], Awaitable[None]]


JOBS = (
    Job("crls", 0.5, renew_crls),
    Job("checkpoint", 0.5, publish_checkpoint),
    Job("rounds", 0.5, advance_due),
    Job("escrows", 1, open_ordered),
    Job("papers", 1, sign_ordered),
    Job("round keys", 60, forget_keys),
    Job("last uses", 30, keep_seen),
)


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
            beats.note(job.name, now, error)
            log.exception("job %s failed and will run again", job.name)
        else:
            beats.note(job.name, now)

    return run
