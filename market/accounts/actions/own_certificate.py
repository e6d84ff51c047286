"""Recording one's own certificate: whoever signs a challenge with it here holds its key.

A certificate opens the account without the second factor, so it has to name the account's person:
a session left open must not become somebody else's way in. An organisation's certificate, and one
that is only a file, are the security administrator's to record. Of those who watch, a second person
confirms it (requests.py).
"""

import asyncio
from datetime import datetime

from cryptography import x509

from market.accounts import challenges, policy
from market.accounts.actions import requests
from market.accounts.actions.certificates import decoded, pem, spend
from market.accounts.actions.changes import CHANGES
from market.accounts.actions.rights import Changed
from market.accounts.actions.wishes import Recording
from market.accounts.concerned import concerned
from market.accounts.models import Person
from market.accounts.states import Act
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from signing.cms.signed_data import STATEMENT, opened
from signing.pki.trust import Trust
from signing.statements import cades


async def signing_certificate(
    call: Call, asked: challenges.Asked, cms_b64: str
) -> x509.Certificate:
    """The person's certificate that signed the challenge, good as of now.

    Raises Refused with the code of the check that failed, or unprocessable.
    """
    given = asked.text.encode(), decoded(cms_b64), call.tools.trust(), call.now
    return await asyncio.to_thread(_accepted, *given)


def _accepted(text: bytes, signature: bytes, trust: Trust, at: datetime) -> x509.Certificate:
    cades.accept(text, signature, trust, "person", at)
    return opened(signature, STATEMENT, text, trust).certificate


@use_case
async def record_own(call: Call, asked: challenges.Asked, certificate: x509.Certificate) -> Changed:
    """Let the certificate stand for the asker, or ask for it.

    Raises conflict for a challenge or a certificate that was used before, unprocessable when it
    names somebody else or another organisation.
    """
    await spend(call, asked)
    must(policy.why_not_bind(call.actor))
    person = await Person.select_for_update().get(code=call.actor.code)
    if call.tools.trust().holder(certificate).name != person.name:
        raise MarketError("accounts.certificate_not_yours", Kind.UNPROCESSABLE)
    wish = Recording(pem(certificate), for_organisation=False)
    whose = await concerned(person)
    if whose.takes_two:
        act = Act.RECORD_CERTIFICATE
        return Changed(await requests.ask_for(call, person, whose, act, wish))
    await CHANGES[Act.RECORD_CERTIFICATE].do(call, person, wish)
    return Changed()
