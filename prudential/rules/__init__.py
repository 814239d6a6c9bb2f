"""Rules of the books, norms and reports: pure functions on frozen dataclasses."""
