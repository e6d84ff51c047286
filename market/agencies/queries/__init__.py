"""Reads of the register: who may offer what (for the rooms above), lists and cards (for pages)."""

from market.agencies.queries.eligibility import (
    NOT_REGISTERED,
    Admitted,
    Candidate,
    candidates,
    each_candidate,
    identity_for_admission,
    offers_of,
    why_not_offer,
)

__all__ = [
    "NOT_REGISTERED",
    "Admitted",
    "Candidate",
    "candidates",
    "each_candidate",
    "identity_for_admission",
    "offers_of",
    "why_not_offer",
]
