"""The standing snapshot: where every registered agency stood at the freeze (PROTOCOL.md §5.3).

One salted commitment per agency and one root over all of them, sorted, so that the snapshot says
nothing about who applied and a single standing can be shown later with its proof. What makes a
standing good enough is the region's rule, not decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from signing.core.canonical import Json, JsonObject, unhex
from signing.core.errors import Refused
from signing.core.hashing import commitment
from signing.core.shape import fits, hex_of, is_flag, is_natural, is_text, list_of, must_have
from signing.log import tree

_RECORD = {
    "agency": is_text,
    "qualified": is_flag,
    "standing": is_text,
    "red": is_flag,
    "avoided": is_flag,
}
_SHOWN = {
    "record": fits(_RECORD),
    "salt": hex_of(32),
    "index": is_natural,
    "size": is_natural,
    "proof": list_of(hex_of(32)),
}


@dataclass(frozen=True)
class Snapshot:
    """The commitments of one instant, sorted as bytes."""

    commits: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The `standing_root` of the freeze."""
        return tree.root_of(self.commits)

    def shown(self, record: JsonObject, salt: bytes) -> JsonObject:
        """Give the standing of one agency with the proof that it is in the snapshot."""
        commit = commitment(salt, record)
        if commit not in self.commits:
            raise Refused("standing", "standing: not in this snapshot")
        index = self.commits.index(commit)
        nodes = tree.in_memory([tree.leaf_hash(one) for one in self.commits])
        proof = tree.inclusion(nodes, index, len(self.commits))
        return {
            "record": record,
            "salt": salt.hex(),
            "index": index,
            "size": len(self.commits),
            "proof": [part.hex() for part in proof],
        }


def snapshot(standings: Iterable[tuple[JsonObject, bytes]]) -> Snapshot:
    """Commit to (record, 32 random bytes of salt) of every registered agency.

    A record is {agency, qualified, standing, red, avoided}.
    """
    return Snapshot(
        tuple(
            sorted(
                commitment(salt, must_have("standing", record, _RECORD))
                for record, salt in standings
            )
        )
    )


def check(standing_root: bytes, shown: Json, agency: str) -> JsonObject:
    """Give the record of `agency` if it was in the snapshot under `standing_root`."""
    must_have("standing", shown, _SHOWN)
    record: JsonObject = shown["record"]
    leaf = tree.leaf_hash(commitment(unhex(shown["salt"]), record))
    proof = [unhex(part) for part in shown["proof"]]
    if not tree.included(leaf, shown["index"], shown["size"], proof, standing_root):
        raise Refused("standing", "standing: not in the snapshot of the freeze")
    if record["agency"] != agency:
        raise Refused("standing", "standing: of another agency")
    return record
