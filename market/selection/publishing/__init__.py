"""From a checked need to a published round: terms of envelopes, rules of the draw, first secret."""
