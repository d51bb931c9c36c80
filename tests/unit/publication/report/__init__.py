"""The printable report, from made-up published rows."""
