"""Signatures over bytes (RFC 5652): made here, and walked strictly."""
