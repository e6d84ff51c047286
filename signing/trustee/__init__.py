"""A trustee: the agent that a regulator, a notary or a platform runs on its own machine.

It holds one X25519 key (one box in every envelope), one Ed25519 key (its word), its own clock and
its own copy of the whole ledger. It calls the platform; nobody calls it. PROTOCOL.md §3, §4, §5.4,
§5.5, §5.7, §6.2, §6.3 say what it does:

- `witness` cosigns the ledger as it grows, never a shorter or a forked one
- `contribution` gives its part of the seed, once per round
- `boxes` opens its own box in every envelope and says at once whether it opens
- `release` gives the shares of applications and draw secrets after the hour, by its own clock,
  when the first freeze is witnessed and complete as far as it knows
- `decision` recomputes the draw or the ranking and gives the shares of those taken, nobody else's
- `orders` gives a share of an escrow on the signed order of a regulator whose key it holds
- `blind_audits`, `sealed_shares` seals its shares of all identities of a round to such a regulator
- `keys`, `memory`, `clock` what it keeps · `wire`, `work` what it says and is told · `agent`,
  `command` the loop and the command line

**What it trusts**: its own clock, its own memory, the pinned `trust.json`, that fewer than k
trustees are dishonest. **What it never does**: believe the platform about a time, an order of
events, a list or a result that it can check itself; open a content before the round has been
opened by everybody; give the same thing twice in two versions; forget an alarm. A share, a secret
or a content is never printed, logged or put into an alarm. It speaks to one address, the
platform's; on any network but loopback that must be https.
"""
