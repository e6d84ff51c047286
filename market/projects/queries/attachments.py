"""The files of a project: those on its form, and the one that somebody takes away."""

from dataclasses import dataclass

from market.documents.attachments import AttachedFile, attached, ever_attached
from market.kernel.actors import Actor
from market.kernel.errors import must, not_found
from market.projects import policy
from market.projects.codes import must_be_code
from market.projects.events import about
from market.projects.models import Project
from market.projects.queries.owned import title_typed


@dataclass(frozen=True, slots=True)
class Attaching:
    """An own project that may be changed, and what hangs on it."""

    code: str
    title: str
    files: tuple[AttachedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files)


async def attaching(code: str, viewer: Actor) -> Attaching:
    """The files of an own project that may still be changed.

    Raises NOT_FOUND for others, CONFLICT after publication.
    """
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None:
        raise not_found("project")
    must(policy.why_not_edit(viewer, project.owner, project.state))
    return Attaching(code, title_typed(project.typed), await attached(about(code)))


async def attachment(code: str, sha256: str, viewer: Actor) -> AttachedFile:
    """A file of a project: once public for everybody, before for its owner's organisation alone."""
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None:
        raise not_found("file")
    file = await ever_attached(about(code), sha256)
    if file.published_at is None and not policy.is_owner(viewer, project.owner):
        raise not_found("file")
    return file
