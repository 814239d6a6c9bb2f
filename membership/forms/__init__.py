"""Forms of membership, one module a subject."""
