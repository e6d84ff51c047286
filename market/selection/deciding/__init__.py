"""From the deadline to the notice: frozen, opened, decided, revealed, concluded; or moved on."""
