"""What time does in a demo city: its two authorities publish fresh revocation lists."""

from datetime import datetime
from typing import Final

from market.demo import authority
from market.kernel.call import Call
from market.kernel.job import Job

_published: dict[str, datetime] = {}


async def renew_crls(call: Call) -> None:
    """New lists every six hours of the city's clock; a real city gets them from its authorities."""
    folder = call.tools.data.parent / "authority"
    last = _published.get(str(folder))
    if not call.tools.city.demo or not folder.exists():
        return
    if last is None or abs(call.now - last) >= authority.RENEW:
        begins = authority.office(folder, "ca_a").root.not_valid_before_utc
        authority.publish(folder, call.tools.data / "trust", begins, call.now)
        _published[str(folder)] = call.now


JOBS: Final = (Job("crls", 0.5, renew_crls),)
