"""Filters of the lists of membership."""
