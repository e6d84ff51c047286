"""Reads of this room: frozen dataclasses made for a page, filtered by ``selection.blind``."""
