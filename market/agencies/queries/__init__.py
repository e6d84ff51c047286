"""Reads of the register: who may offer what (for the rooms above), lists and cards (for pages)."""

from market.agencies.queries.eligibility import (
    Admitted,
    Candidate,
    candidates,
    each_candidate,
    identity_for_admission,
    why_not_offer,
)

__all__ = [
    "Admitted",
    "Candidate",
    "candidates",
    "each_candidate",
    "identity_for_admission",
    "why_not_offer",
]
