"""The sources of a demonstration: invented ones made from a seed, or real extracts laid out the same way."""
