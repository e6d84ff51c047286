"""Proof of time (RFC 3161): tokens read strictly, asking an authority, being one."""
