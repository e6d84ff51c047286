"""The stand-alone trust library of Mingxuan: everything a stranger needs to re-check it.

It knows no database, no web page and no business; `PROTOCOL.md` beside this file is what it
implements, section by section:

- §1 `canonical` one byte string per value · `shape` what an object must look like
- §2 `hashing` tagged hashes and commitments · `small` small signatures · `errors` how it refuses
- §3 `log` the ledger's tree, tiles, notes, checkpoints and witnesses
- §4 `shamir`, `sealed` envelopes for k of n trustees · `trustee` the agent that holds one key
- §5 `admission` who may apply without being named · `intake`, `freeze` what was in time ·
  `standing` the snapshot of all agencies
- §6 `draw` rules, contributions, pool, walk, transcript, moves
- §7 `cms`, `timestamps`, `pdf` signatures of people · `authority`, `trust` whose certificates count
- §8 `dossier` everything of a project in one archive · `verify` its twelve numbered checks
"""
