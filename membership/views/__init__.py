"""Pages of membership, one module a subject."""
