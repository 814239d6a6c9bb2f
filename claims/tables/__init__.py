"""Columns of the lists of care."""
