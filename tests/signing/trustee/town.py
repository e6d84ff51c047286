"""The city and three real trustees around it, each with its own memory and clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from signing.trustee import keys
from signing.trustee.agent import Agent
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.signing.trustee.city import NAMES, City, owns


@dataclass
class Town:
    """The city and its three trustees, each with its own clock offset."""

    city: City
    agents: dict[str, Agent]
    lines: list[str]
    ahead: dict[str, timedelta] = field(default_factory=dict)

    def turn(self, *who: str, times: int = 1) -> None:
        for _ in range(times):
            for name in who or NAMES:
                if name not in self.city.down:
                    self.agents[name].turn()

    def trustee(self, name: str = "regulator") -> Trustee:
        return self.agents[name].trustee

    def codes(self, who: str | None = None) -> list[str]:
        return [one.code for one in self.city.alarms if who in (None, one.trustee)]


def found_town(directory: Path, regulators: tuple[bytes, ...] = ()) -> Town:
    """Found a city with three trustees whose memories lie below `directory`."""
    people = owns()
    city = City(people)
    town = Town(city, {}, [])
    for own in people:
        home = directory / own.id
        keys.save(home, own)
        pins = keys.pin(home, city.anchors.data, regulators)
        client = httpx2.Client(
            transport=httpx2.MockTransport(city.handle), base_url="http://city.example"
        )

        def clock(name: str = own.id) -> datetime:
            return city.now + town.ahead.get(name, timedelta())

        trustee = Trustee(own, pins, Memory(home / FILE))
        town.agents[own.id] = Agent(trustee, client, clock, town.lines.append, demo=False)
    return town
