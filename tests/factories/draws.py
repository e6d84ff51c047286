"""A draw with as many registered candidates as a test wants."""

from collections.abc import Iterator

from signing.core.canonical import JsonObject
from signing.core.hashing import sha256
from signing.draw import contributions, rules
from signing.draw.pool import Pool, pool_salt

CONTRIBUTORS = ["owner", "trustee:notary", "trustee:regulator"]
SALT_KEY = sha256(b"salt key")


def rules_of(**changes: object) -> JsonObject:
    """Rules that take one of the applicants."""
    plain: JsonObject = {
        "v": 1,
        "subject": "round:DZ-2026-000318",
        "attempt": 1,
        "take": 1,
        "reserves": 2,
        "pool": "qualified",
        "strata": ["all"],
        "constraints": [],
        "drop_order": [],
        "contributors": CONTRIBUTORS,
        "salt_key_commit": None,
    }
    return {**plain, **changes}


def secret(role: str, label: object = "") -> bytes:
    """The secret of a contributor; another label, another secret."""
    return sha256(f"secret {role} {label}".encode())


def contributed(some: JsonObject, **labels: object) -> list[JsonObject]:
    """Rows of all contributors of these rules; labels by role with `_` for `:`."""
    identity = rules.draw_id(some)
    rows = []
    for index, role in enumerate(some["contributors"]):
        value = secret(role, labels.get(role.replace(":", "_"), ""))
        rows.append(
            {
                "role": role,
                "commit": contributions.draw_commit(role, identity, value).hex(),
                "envelope": sha256(role.encode()).hex(),
                "secret": value.hex(),
                "index": index,
            }
        )
    return rows


def candidates(count: int, **changes: object) -> Iterator[tuple[JsonObject, bytes]]:
    """Registered candidates: every third red, seven employers, three regions."""
    for number in range(count):
        plain: JsonObject = {
            "id": f"{number:08x}",
            "region": f"51170{number % 3}",
            "red": number % 3 == 0,
            "employer": number % 7,
            "avoided": False,
            "excluded": None,
        }
        yield {**plain, **changes}, pool_salt(SALT_KEY, plain["id"])


def pool_of(count: int, **changes: object) -> Pool:
    """A pool of `candidates`."""
    return Pool(candidates(count, **changes))
