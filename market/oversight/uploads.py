"""A signed file that a regulator hands in, read as text."""

from starlette.requests import Request


async def uploaded(request: Request, most: int) -> str:
    """The text of the form's ``file``, at most so many bytes; empty when none was chosen."""
    async with request.form(max_files=10, max_fields=2000) as form:
        sent = form.get("file")
        if sent is None or isinstance(sent, str):
            return ""
        return (await sent.read())[:most].decode("utf-8", "replace").strip()
