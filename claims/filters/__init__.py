"""Filters of the lists of care."""
