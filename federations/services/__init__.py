"""Writes of `federations`: one verb per function, one transaction, one permission each."""
