"""Reads of the portal: each function is one query, within an open scope."""
