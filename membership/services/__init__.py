"""Writes of membership, one module a subject."""
