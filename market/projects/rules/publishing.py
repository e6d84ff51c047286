"""From which control price on a second person of the owner publishes: the region's setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecondPersonRules:
    """In fen: null is never, 0 always."""

    second_person_from_fen: int | None


def needs_second_person(asked: SecondPersonRules, control_price_fen: int | None) -> bool:
    """Whether who drafted a need may not publish it; one without a control price counts as dear."""
    least = asked.second_person_from_fen
    return least is not None and (control_price_fen is None or control_price_fen >= least)
