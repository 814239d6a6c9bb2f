"""Pages of `federations`, by subject."""
