"""Certificates: whom they speak of, which authorities count, when, and for what (RFC 5280)."""
