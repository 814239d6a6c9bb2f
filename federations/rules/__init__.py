"""Rules of `federations`: pure functions on frozen dataclasses."""
