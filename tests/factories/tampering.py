"""Dossiers taken apart, changed, and put together again: by a thief, or by a platform that cheats.

`packed` writes any files as an archive. A `Forger` holds all that platform and trustees hold,
so that whatever it changes is sealed, logged and witnessed again: what is still wrong then is the
content alone.
"""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import small
from signing.core.canonical import dumps, loads
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.dossier.container import Packing, content, members
from signing.log import checkpoint, note, tree
from signing.statements import cades
from signing.trustee import keys
from tests.factories.dossiers import Dossiers

_FRAME = (layout.MANIFEST, layout.SEAL)


def files_of(path: Path) -> dict[str, bytes]:
    """Every file of an archive, in its order."""
    with path.open("rb") as file:
        return {one.name: b"".join(content(file, one)) for one in members(file)}


def packed(files: dict[str, bytes], path: Path) -> Path:
    """Write an archive of these files, in this order."""
    packing = Packing()
    pieces = [piece for name, data in files.items() for piece in packing.add(name, [data])]
    path.write_bytes(b"".join([*pieces, *packing.end()]))
    return path


class Forger:
    """The files of one dossier, the whole ledger behind it, and every key."""

    def __init__(self, dossiers: Dossiers, kind: str, attempt: int = 1) -> None:
        """Take the dossier of a kind of `Dossiers.story`; forge in one attempt of it."""
        code = dossiers.story[kind]
        self.dossiers = dossiers
        self.files = files_of(dossiers.files[code])
        self.name = f"{code}-{attempt}"
        self.about = f"round:{code}/{attempt}"
        self.later = 0  # seconds by which the witnesses saw every tree later
        with sqlite3.connect(dossiers.folder / "city" / "market.sqlite") as database:
            rows = database.execute('select data from ledger_entry order by "index"')
            self.ledger = [bytes(row[0]) for row in rows]
        key = dossiers.folder / "city" / "keys" / "ledger.key"
        self.log = Ed25519PrivateKey.from_private_bytes(key.read_bytes())
        names = ("regulator", "notary", "platform")
        self.trustees = {one: keys.load(dossiers.folder / "trustees" / one) for one in names}

    def value(self, path: str) -> Any:
        return loads(self.files[path])

    def change(self, path: str, edit: Callable[[Any], Any]) -> str:
        """Edit a JSON file in place (or give a new value); gives the new SHA-256."""
        value = self.value(path)
        self.files[path] = dumps(edit(value) or value)
        return sha256(self.files[path]).hex()

    def index(self, tag: str, place: int = 0) -> int:
        """The ledger index of an act of the round."""
        found = [
            index
            for index, data in enumerate(self.ledger)
            if (body := json.loads(data))["about"] == self.about
            and body["tag"] in {tag, f"selection:round:{tag}"}
        ]
        return found[place]

    def log_again(self, index: int, edit: Callable[[Any], Any]) -> None:
        """Change an entry of the ledger and of the dossier."""
        path = layout.entry(index)
        self.change(path, edit)
        self.ledger[index] = self.files[path]

    def put(self, index: int, tag: str, facts: dict[str, Any], **other: Any) -> None:
        """Write an entry of the round over a foreign one, behind all that are there."""
        last = self.index_of_last()
        assert index > last
        at = json.loads(self.ledger[index])["at"]
        body = {"v": 1, "tag": f"selection:round:{tag}", "at": at, "about": self.about}
        body |= {"by": "clock", "prev": last, "facts": facts, **other}
        path = layout.entry(index)
        self.ledger[index] = self.files[path] = dumps(body)

    def index_of_last(self) -> int:
        """The last entry about the round."""
        return max(i for i in self.indexes if self.value(layout.entry(i))["about"] == self.about)

    def drop(self, path: str) -> None:
        del self.files[path]

    def signed_by(self, trustee: str, body: dict[str, Any]) -> dict[str, Any]:
        """A trustee's small statement, signed again after a change."""
        plain = {key: value for key, value in body.items() if key != "signature_b64"}
        return small.signed(self.trustees[trustee].ed25519, plain)

    def sealed(self, path: Path, *, ledger: bool = True) -> Path:
        """Witness the ledger again, seal the manifest again, and write the archive."""
        if ledger:
            self._witness_again()
        manifest = self.value(layout.MANIFEST)
        files = {name: data for name, data in self.files.items() if name not in _FRAME}
        ordered = sorted(files, key=_place)
        manifest["files"] = [
            {"path": name, "size": len(files[name]), "sha256": sha256(files[name]).hex()}
            for name in ordered
        ]
        if ledger:
            last = self._last()
            manifest["about"] = sorted(last)
            manifest["last"] = [{"about": one, "index": last[one]} for one in sorted(last)]
        data = dumps(manifest)
        dossiers = self.dossiers
        seal = cades.sign_and_stamp(data, dossiers.seal, dossiers.clock(), dossiers.stamper)
        whole = {name: files[name] for name in ordered} | {layout.MANIFEST: data, layout.SEAL: seal}
        return packed(whole, path)

    def _last(self) -> dict[str, int]:
        found = {self.value(layout.entry(index))["about"]: index for index in self.indexes}
        return {about: index for about, index in found.items() if about != "sealed"}

    @property
    def indexes(self) -> list[int]:
        found = (layout.index_in(name) for name in self.files)
        return sorted(index for index in found if index is not None)

    def _witness_again(self) -> None:
        head = checkpoint.read_text(note.parse(self.files[layout.CHECKPOINT].decode()).text)
        nodes = tree.in_memory([tree.leaf_hash(data) for data in self.ledger[: head.size]])
        self.files[layout.CHECKPOINT] = str(self._note(self.files[layout.CHECKPOINT])).encode()
        self.files[layout.PROOFS] = dumps(
            [
                {
                    "index": index,
                    "proof": [part.hex() for part in tree.inclusion(nodes, index, head.size)],
                }
                for index in self.indexes
            ]
        )
        rows = self.value(layout.HISTORY)
        sizes = [_size(row["checkpoint"]) for row in rows]
        after = [*sizes[1:], head.size] if sizes else []
        self.files[layout.HISTORY] = dumps(
            [
                {
                    "checkpoint": str(self._note(row["checkpoint"].encode())),
                    "proof": [p.hex() for p in tree.consistency(nodes, size, following)],
                }
                for row, size, following in zip(rows, sizes, after, strict=True)
            ]
        )

    def _note(self, data: bytes) -> note.Note:
        old = note.parse(data.decode())
        head = checkpoint.read_text(old.text)
        leaves = [tree.leaf_hash(one) for one in self.ledger[: head.size]]
        found = checkpoint.Checkpoint(head.origin, head.size, tree.root(leaves))
        fresh = checkpoint.sign(self.log, found)
        for own in self.trustees.values():
            for line in old.lines:
                if line.name == own.name:
                    at = int.from_bytes(line.signature[:8], "big") + self.later
                    fresh = fresh.having(checkpoint.cosign(own.ed25519, own.name, fresh.text, at))
        return fresh


def _size(text: str) -> int:
    return checkpoint.read_text(note.parse(text).text).size


def _place(name: str) -> tuple[int, int, str]:
    """Entries by number; the rest as it stood does not matter to a cheat."""
    index = layout.index_in(name)
    return (1, index, "") if index is not None else (0, 0, name)
