"""This trustee's part of the seed: once per round, before anybody applies (PROTOCOL.md §6.2).

The secret is drawn here, committed to, and laid into an envelope that only k trustees open; it is
kept nowhere else, so that this trustee itself can neither change it, nor tell it, nor withhold it.
"""

import secrets
from datetime import datetime

from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.draw.contributions import draw_commit, role_of, secret_payload
from signing.draw.rules import draw_id, must_be_rules
from signing.rounds import facts
from signing.sealing import sealed
from signing.trustee import wire
from signing.trustee.trustee import Trustee


def contribute(trustee: Trustee, about: str, now: datetime) -> None:
    """Promise a secret for a published round; asked again, the same one is sent again.

    Refuses a round that is not in its ledger copy, whose terms are not the pinned ones, that does
    not count on it, or that is over.
    """
    memory, own = trustee.memory, trustee.own
    if memory.said("contribution", about) is not None:
        memory.again("contribution", about)
        return
    view = memory.ledger.round(about)
    terms, rules = trustee.terms_of(view), must_be_rules(view.rules)
    role, attempt = role_of(own.id), int(rules["attempt"])
    if about != f"{rules['subject']}/{attempt}":
        raise Refused("rules_about", "{about}: its rules are of another round", about=about)
    if role not in rules["contributors"]:
        said = "{about}: its rules do not count on {role}"
        raise Refused("contributors", said, about=about, role=role)
    if view.first(facts.Frozen) is not None or now >= view.closes:
        said = "{about}: too late for a part of the seed"
        raise Refused("contribution_late", said, about=about)
    secret = secrets.token_bytes(32)
    commit = draw_commit(role, draw_id(rules), secret)
    payload = secret_payload(role, secret)
    envelope = sealed.seal("draw_secret", payload, terms, own.ed25519, attempt)
    body = wire.contribution(own, about=about, commit=commit, envelope=envelope, at=instant(now))
    memory.say("contribution", about, about, body)
