"""Reads of the prudential application, by subject."""
