"""Writes: the yearly report, and what is released to the regulator."""
