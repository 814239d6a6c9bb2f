"""Pages of the yearly report and of what the regulator reads, one module a subject."""
