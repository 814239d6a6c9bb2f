"""Forms of care: what is typed, handed to one service."""
