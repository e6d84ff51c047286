"""The step of every stage, by the stage's name; that of a new stage is one word here."""

from collections.abc import Mapping
from typing import Final

from market.selection.deciding.acceptance import ACCEPT, GIVE_UP
from market.selection.deciding.conclusion import CONCLUDE
from market.selection.deciding.decision import DECIDE
from market.selection.deciding.freeze import CLOSE
from market.selection.deciding.reveal import REVEAL
from market.selection.deciding.step import Step

STEPS: Final[Mapping[str, Step]] = {
    one.stage.name: one for one in (GIVE_UP, ACCEPT, CLOSE, DECIDE, REVEAL, CONCLUDE)
}
