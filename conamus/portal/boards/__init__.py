"""What each role's home page shows: one module per kind of reader, a dict for its template."""
