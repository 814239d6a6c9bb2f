"""Reads of care: terms in force, facts to decide on, lists and figures."""
