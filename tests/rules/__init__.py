"""The rules of the applications, without a database."""
