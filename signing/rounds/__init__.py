"""A round up to its freeze: admission, what came in, what counts, and what the ledger says."""
