"""A draw of one from very many: pool, freeze, walk, transcript, beside the bare hashes."""

import hashlib
import resource
import sys
from collections import deque
from collections.abc import Iterator

from signing.core.canonical import JsonObject
from signing.draw.pool import Pool, pool_salt
from signing.draw.transcript import draw, transcript
from signing.rounds import freeze
from tests.bench.measure import Goal, Race, Row, Sizes, apart, race
from tests.factories.draws import SALT_KEY, contributed, rules_of

ABOUT = "round:DZ-2026-000318/1"
RECORD = (
    b'{"agency_commit":"%b","avoided":false,"employer":%d,"excluded":null,"id":"%016x",'
    b'"red":%b,"region":"511702"}'
)
COMMIT = "ab" * 32


def rows(sizes: Sizes) -> Iterator[Row]:
    """Time, and how much memory the largest moment took, each in a process of its own."""
    raced = apart(raced_draw, sizes.many, sizes.rounds)
    goal = Goal("≤", 3)
    what = f"1 of {sizes.many:,} qualified, with freeze and transcript"
    seconds = [sorted(times)[len(times) // 2] for times in (raced.ours, raced.floor)]
    yield Row(
        "draw",
        what,
        "s",
        seconds[0],
        "record and salt of each candidate, its leaf, 2 tree hashes and its ticket",
        seconds[1],
        raced.slower,
        goal,
    )
    small, large = (apart(memory_of_draw, size) for size in (sizes.many // 2, sizes.many))
    each = (large - small) * 1e6 / (sizes.many - sizes.many // 2)
    yield Row("draw, memory", what, "MB", large, note=f"{each:,.0f} bytes a candidate more")


def raced_draw(many: int, rounds: int) -> Race:
    """Seconds of processor time."""
    return race(lambda: drawn(many), lambda: bare(many), rounds)


def memory_of_draw(many: int) -> float:
    """The high-water mark of a process that draws, in MB."""
    drawn(many)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def candidates(many: int) -> Iterator[tuple[JsonObject, bytes]]:
    """Registered candidates as the platform lists them."""
    for number in range(many):
        name = f"{number:016x}"
        record = {
            "agency_commit": COMMIT,
            "avoided": False,
            "employer": number % 5000,
            "excluded": None,
            "id": name,
            "red": number % 7 == 0,
            "region": "511702",
        }
        yield record, pool_salt(SALT_KEY, name)


def drawn(many: int) -> None:
    """Everything between the deadline and the published result."""
    rules = rules_of()
    pool = Pool(candidates(many))
    digest = hashlib.sha256()
    for piece in freeze.pool("qualified", ABOUT, pool.leaves, pool.root):
        digest.update(piece)
    done = draw(rules, contributed(rules), pool)
    written = transcript(done, freeze_index=7, freeze_sha256=digest.hexdigest(), result_index=9)
    deque(written, maxlen=0)


def bare(many: int) -> None:
    """The same records and salts, hashed: once as a leaf, twice in the tree, once as a ticket."""
    sha256, leaves, commit = hashlib.sha256, [], COMMIT.encode()
    prefix = b"\0" * 60
    for number in range(many):
        red = b"true" if number % 7 == 0 else b"false"
        record = RECORD % (commit, number % 5000, number, red)
        salt = sha256(prefix + b"%016x" % number).digest()
        leaves.append(sha256(prefix + salt + record).digest())
    level = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        rest = iter(level)
        level = [sha256(b"\1" + a + b).digest() for a, b in zip(rest, rest, strict=False)]
    min(sha256(prefix + prefix + leaf).digest() for leaf in leaves)
