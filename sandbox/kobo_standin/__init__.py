"""A stand-in KoboToolbox server for demonstrations and tests, the one thing in Parity that is not the real service."""
