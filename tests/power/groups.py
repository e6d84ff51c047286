"""What must have power: modules that decide, and the tests that ought to notice a fault in them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Checked:
    """Files by pattern; the tests nearest to them, and further ones for what those let live."""

    modules: tuple[str, ...]
    near: tuple[str, ...]
    further: tuple[str, ...] = ()


DRAW: Final = "tests/signing/draw/"
UNIT: Final = "tests/unit/"
GROUPS: Final[dict[str, tuple[Checked, ...]]] = {
    "draw": (
        Checked(
            ("signing/draw/contributions.py", "signing/draw/rules.py"),
            (f"{DRAW}test_rules.py",),
            (f"{DRAW}test_draw.py", "tests/signing/test_vectors.py"),
        ),
        Checked(
            ("signing/draw/[mpstw]*.py", "signing/ways/*.py"),
            (f"{DRAW}test_draw.py",),
            (f"{DRAW}test_applicants.py", "tests/signing/test_vectors.py", "tests/signing/rounds"),
        ),
    ),
    "sealing": (
        Checked(
            ("signing/sealing/*.py",),
            ("tests/signing/sealing",),
            ("tests/signing/test_vectors.py",),
        ),
    ),
    "rules": (
        Checked(("market/projects/rules/**/*.py",), (f"{UNIT}projects",)),
        Checked(
            ("market/selection/rules.py", "market/selection/timeline.py"),
            (f"{UNIT}selection/test_rules.py", f"{UNIT}selection/test_timeline.py"),
        ),
        Checked(("market/selection/blind.py",), (f"{UNIT}selection/test_blind.py",)),
        Checked(("market/agencies/rules.py",), (f"{UNIT}agencies",)),
        Checked(("market/oversight/rules.py",), (f"{UNIT}oversight/test_rules.py",)),
        Checked(
            ("market/accounts/rules.py", "market/accounts/regions.py"),
            (f"{UNIT}accounts/test_rules.py", f"{UNIT}accounts/test_regions.py"),
        ),
    ),
    "money": (Checked(("market/kernel/money.py",), (f"{UNIT}kernel/test_money.py",)),),
    "rights": (
        Checked(("market/accounts/policy.py",), (f"{UNIT}accounts/test_policy.py",)),
        Checked(("market/catalogue/policy.py",), (f"{UNIT}catalogue",)),
        Checked(("market/oversight/policy.py",), (f"{UNIT}oversight/test_rules.py",)),
        Checked(("market/projects/policy.py",), (f"{UNIT}projects/test_states.py",)),
        Checked(("market/selection/policy.py",), (f"{UNIT}selection/test_policy.py",)),
        Checked(
            ("market/kernel/actors.py",),
            (f"{UNIT}kernel/test_small.py",),
            (f"{UNIT}selection/test_policy.py",),
        ),
        Checked(
            ("market/web/guards.py",),
            (f"{UNIT}web/test_guards.py",),
            ("tests/web/test_door.py", "tests/web/selection/test_rights.py"),
        ),
    ),
}
