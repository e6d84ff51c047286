"""Sealed envelopes for k of n trustees (PROTOCOL.md §4): secret sharing, boxes, contents."""
