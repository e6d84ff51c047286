"""The trustees' door: what they are asked, what they send, what of it may be taken."""
