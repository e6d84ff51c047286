"""The rules of one draw, logged when the need is published (PROTOCOL.md §6.1).

Checks that the rules mean something and gives the id of the draw, which binds every commitment to
exactly these rules. Who decides on take, reserves and constraints is the region's business.
"""

from signing.core.canonical import Json, JsonObject, dumps
from signing.core.errors import Refused
from signing.core.hashing import sha256, tagged
from signing.core.shape import (
    Shape,
    exactly,
    hex_of,
    is_natural,
    is_positive,
    is_text,
    list_of,
    must_have,
    nullable,
)

_ONE: Shape = {"code": is_text, "kind": is_text, "field": is_text}
CONSTRAINTS: dict[str, Shape] = {
    "distinct": _ONE,
    "at_most": _ONE | {"n": is_positive},
    "equals": _ONE | {"value": lambda value: value is None or isinstance(value, str | int)},
}
_RULES: Shape = {
    "v": exactly(1),
    "subject": is_text,
    "attempt": is_positive,
    "take": is_positive,
    "reserves": is_natural,
    "pool": exactly("applicants", "qualified", "experts"),
    "strata": list_of(exactly("red", "all")),
    "constraints": list_of(lambda value: isinstance(value, dict)),
    "drop_order": list_of(is_text),
    "contributors": list_of(is_text),
    "salt_key_commit": nullable(hex_of(32)),
}


def must_be_rules(value: Json) -> JsonObject:
    """Give the rules back if their shape and their references hold."""
    rules = must_have("rules", value, _RULES)
    for one in rules["constraints"]:
        shape = CONSTRAINTS.get(str(one.get("kind")))
        if shape is None:
            raise Refused("constraint", "rules: a constraint of an unknown kind")
        must_have("constraint", one, shape)
    codes = [one["code"] for one in rules["constraints"]]
    lists = {name: rules[name] for name in ("strata", "drop_order", "contributors")}
    for name, items in (lists | {"constraints": codes}).items():
        if len(set(items)) != len(items):
            raise Refused("rules_twice", "rules: something stands twice in {list}", list=name)
    if not rules["strata"] or not rules["contributors"]:
        raise Refused("rules_empty", "rules: at least one stratum and one contributor")
    if not set(rules["drop_order"]) <= set(codes):
        raise Refused("drop_order", "rules: drop_order names a constraint that is not there")
    return rules


def draw_id(rules: JsonObject) -> bytes:
    """Give H("draw-id", subject, attempt, SHA-256(CJ(rules)))."""
    return tagged("draw-id", rules["subject"], rules["attempt"], sha256(dumps(rules)))
