"""What releases rest on, as a dossier tells it; by the act in the ledger.

A way that releases on another act adds its function here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from signing.core.facts import Facts
from signing.verify.attempt import Attempt
from signing.ways.releases import APPLICATION, IDENTITY, Grounds

GROUNDS: Final[Mapping[type[Facts], Callable[[Attempt], Grounds]]] = {
    APPLICATION.ground: lambda attempt: attempt.at_the_hour,
    IDENTITY.ground: lambda attempt: replace(attempt.at_the_hour, taken=attempt.ever_taken),
}
