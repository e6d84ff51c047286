"""Who stands behind a code that fell away without a name: opened on a regulator's order only."""
