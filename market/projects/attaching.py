"""What an owner hangs on a project before publication, and takes off it again.

A checked project becomes a draft again: its need names every file by its hash.
"""

from market.documents import attachments
from market.documents.attachments import StoredFile
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import must
from market.projects import policy, steps
from market.projects.events import about
from market.projects.models import Project


@use_case
async def attach(call: Call, code: str, file: StoredFile) -> None:
    """Hang a file that was inspected and stored on the project.

    Raises NOT_FOUND for others, CONFLICT after publication and for a file too many.
    """
    project = await _open(call, code)
    await attachments.attach(call, about(code), file)
    await _changed(call, project)


@use_case
async def detach(call: Call, code: str, attachment: str) -> None:
    """Take a file off the project; what was public in an earlier attempt stays to be had."""
    project = await _open(call, code)
    await attachments.detach(about(code), attachment)
    await _changed(call, project)


async def _open(call: Call, code: str) -> Project:
    project = await steps.own(call, code)
    must(policy.why_not_edit(call.actor, project.owner, project.state))
    return project


async def _changed(call: Call, project: Project) -> None:
    await steps.reopen(call, project)
    project.changed_at, project.drafter = call.now, call.actor.code
    await project.save(update_fields=["state", "changed_at", "drafter"])
