"""Pages of care, one module a subject."""
