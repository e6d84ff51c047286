"""Papers (PROTOCOL.md §7): PAdES on a PDF that is there, the red seal on it, and the check."""
