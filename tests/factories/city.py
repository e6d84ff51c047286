"""A city for a test: its application, its tools, and calls in anybody's name."""

from dataclasses import dataclass, replace

from starlette.applications import Starlette

from market.kernel.actors import NOBODY, Actor
from market.kernel.call import Call, Tools
from tests.factories.clock import FakeClock


@dataclass(frozen=True, slots=True)
class TestCity:
    """An opened city whose clock the test moves."""

    app: Starlette
    tools: Tools
    clock: FakeClock

    __test__ = False

    def call(self, actor: Actor = NOBODY) -> Call:
        """A call now, without an Idempotency-Key."""
        return Call(actor, self.clock(), self.tools)

    def demo_call(self, actor: Actor = NOBODY) -> Call:
        """The same in demo mode: what invented credit codes need to be entered."""
        demo = replace(self.tools, city=replace(self.tools.city, demo=True))
        return Call(actor, self.clock(), demo)
