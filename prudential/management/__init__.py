"""Commands of the prudential application."""
