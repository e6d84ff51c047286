"""Signatures over bytes (RFC 5652): made, walked strictly, and checked once more by a library."""
