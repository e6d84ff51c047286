"""The outside world without business: database, files, keys, live events."""
