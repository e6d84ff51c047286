"""The stand-alone trust library of Mingxuan: everything a stranger needs to re-check it.

It knows no database, no web page and no business; `PROTOCOL.md` beside this file is what it
implements, section by section:

- §1 `core.canonical` one byte string per value · `core.shape` what an object must look like
- §2 `core.hashing` tagged hashes and commitments · `core.small` small signatures
- §3 `log` the ledger's tree, tiles, notes, checkpoints and witnesses
- §4 `sealing` envelopes for k of n trustees · `trustee` the agent that holds one key
- §5 `rounds` who may apply without being named, what was in time, where every agency stood ·
  `blind_audit` what is said in one · `regulator` the tool that makes one
- §6 `draw` rules, contributions, pool, walk, transcript, moves
- §7 `statements`, `cms`, `time`, `pdf` signatures of people · `pki`, `authority` whose
  certificates count
- §8 `dossier` everything of a project in one archive · `verify` its twelve numbered checks
"""
