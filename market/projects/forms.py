"""What a second person of the owner sends besides the form in steps."""

from pydantic import Field

from market.web.forms import Command


class Remark(Command):
    """Why a checked need is sent back."""

    remark: str = Field(min_length=2, max_length=1000)
