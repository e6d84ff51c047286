"""The promise of PROTOCOL.md §6: a draw is computed again in thirty lines, by anybody.

`THIRTY` is such a program, written from that page alone; it imports the standard library only and
runs as a process of its own on what stands in a dossier. It prints who is taken and in reserve.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.factories.dossiers import Dossiers

THIRTY = r"""
import hashlib, json, sys
def cj(v): return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def sha(b): return hashlib.sha256(b).digest()
def H(tag, *parts):
    raw = [p if isinstance(p, bytes) else str(p).encode() for p in ("mingxuan/v1/" + tag, *parts)]
    return sha(b"".join(len(p).to_bytes(8, "big") + p for p in raw))
def root(level):
    while len(level) > 1:
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = [sha(b"\1" + b"".join(p)) if len(p) == 2 else p[0] for p in pairs]
    return level[0]
def breaks(c, record, taken):
    same = [cj(t.get(c["field"])) == cj(record.get(c["field"])) for t in taken]
    if c["kind"] == "equals": return cj(record.get(c["field"])) != cj(c["value"])
    return any(same) if c["kind"] == "distinct" else sum(same) >= c["n"]
def leaf_of(p): return H("draw-candidate", bytes.fromhex(p["salt"]), cj(p["record"]))
def fits(x, stratum): return pool[x]["excluded"] is None and (stratum == "all" or pool[x]["red"])
t = json.load(open(sys.argv[1], encoding="utf-8"))
rules, take = t["rules"], t["rules"]["take"]
secrets = {c["role"]: bytes.fromhex(c["secret"]) for c in t["contributions"]}
draw_id = H("draw-id", rules["subject"], rules["attempt"], sha(cj(rules)))
pool = {leaf_of(p): p["record"] for p in t["pool"]}
top = root([sha(b"\0" + leaf) for leaf in sorted(pool)])
said = [part for role in sorted(secrets, key=str.encode) for part in (role, secrets[role])]
seed = H("draw-seed", draw_id, top, *said)
for spent in range(len(rules["drop_order"]) + 1):
    gone, found, walked = rules["drop_order"][:spent], [], set()
    kept = [c for c in rules["constraints"] if c["code"] not in gone]
    for stratum in rules["strata"]:
        names = [x for x in pool if fits(x, stratum) and x not in walked]
        for _, x in sorted((H("draw-ticket", seed, stratum, x), x) for x in names):
            if len(found) == take + rules["reserves"]: break
            walked.add(x)
            beside = [pool[one] for one in found[:take]]
            if not any(breaks(c, pool[x], beside) for c in kept): found.append(x)
    if len(found) >= take: break
print(json.dumps([[x.hex() for x in found[:take]], [x.hex() for x in found[take:]]]))
"""


def computed(transcript: Path, program: Path) -> list[list[str]]:
    program.write_text(THIRTY, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(transcript)], capture_output=True, check=True
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_they_are_about_thirty() -> None:
    assert len([line for line in THIRTY.splitlines() if line]) <= 40
    assert "signing" not in THIRTY


def test_every_draw_of_the_city_is_computed_again(dossiers: Dossiers, tmp_path: Path) -> None:
    drawn = 0
    for code, path in dossiers.files.items():
        with zipfile.ZipFile(path) as archive:
            name = f"draws/{code}-1.json"
            if name not in archive.namelist():
                continue
            (tmp_path / "draw.json").write_bytes(archive.read(name))
            entries = [
                json.loads(archive.read(one))
                for one in archive.namelist()
                if one.startswith("entries/")
            ]
        taken, reserves = computed(tmp_path / "draw.json", tmp_path / "thirty.py")
        decided = next(one for one in entries if one["tag"] == "selection:round:decided")
        assert taken == decided["facts"]["taken"]
        assert reserves == json.loads((tmp_path / "draw.json").read_bytes())["reserves"]
        drawn += 1
    assert drawn >= 4


@pytest.mark.parametrize("name", ["draw.json", "draw_dropped.json"])
def test_they_agree_with_vectors_from_elsewhere(tmp_path: Path, name: str) -> None:
    """Several strata, constraints of every kind, a dropped one."""
    vector = Path(__file__).parents[1] / "vectors" / "independent" / name
    body = json.loads(vector.read_bytes())
    taken, reserves = computed(vector, tmp_path / "thirty.py")
    assert (taken, reserves) == (body["taken"], body["reserves"])


def test_a_changed_secret_changes_the_outcome(dossiers: Dossiers, tmp_path: Path) -> None:
    """The canary: the thirty lines look at what they are given."""
    code = dossiers.story["pool"]
    with zipfile.ZipFile(dossiers.files[code]) as archive:
        body = json.loads(archive.read(f"draws/{code}-1.json"))
    before = body["taken"], body["reserves"]
    body["contributions"][0]["secret"] = "00" * 32
    (tmp_path / "draw.json").write_text(json.dumps(body), "utf-8")
    assert tuple(computed(tmp_path / "draw.json", tmp_path / "thirty.py")) != before
