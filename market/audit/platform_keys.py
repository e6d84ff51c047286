"""The platform's two keys: the ledger's, and the one for its statements (PROTOCOL.md §2, §3)."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.kernel.call import Tools


def log_key(tools: Tools) -> Ed25519PrivateKey:
    """The key that signs checkpoints and nothing else."""
    return tools.keys.ed25519("ledger")


def statement_key(tools: Tools) -> Ed25519PrivateKey:
    """The key of admissions, receipts and manifests."""
    return tools.keys.ed25519("platform")
