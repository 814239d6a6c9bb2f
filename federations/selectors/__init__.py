"""Reads of `federations`, by subject."""
