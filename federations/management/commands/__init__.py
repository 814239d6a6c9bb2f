"""Commands of `federations`."""
