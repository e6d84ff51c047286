"""What a regulator hands in signed, as a file or as its text."""

from starlette.requests import Request

from market.kernel.errors import Kind, MarketError
from market.web.forms import form_file, form_values


async def handed_in(request: Request, field: str, most: int) -> str:
    """The file's text, or what stands in ``field``; UNPROCESSABLE for more than ``most`` bytes."""
    values = await form_values(request)
    data = await form_file(request, "file")
    text = data.decode("utf-8", "replace").strip() or str(values.get(field, "")).strip()
    if len(text.encode()) > most:
        long = {field: ("form.string_too_long", {"max_length": most})}
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields=long)
    return text
