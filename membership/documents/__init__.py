"""Printed documents of membership, one module a subject."""
