"""Printed documents: what they say (composition), how they are printed (PDF)."""
