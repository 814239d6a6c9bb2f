"""Rules of membership: pure functions on frozen dataclasses."""
