"""Filters of the lists of `federations`, by subject."""
