"""What people sign (PROTOCOL.md §7): CAdES-B-T over canonical bytes, and each kind's own rules."""
