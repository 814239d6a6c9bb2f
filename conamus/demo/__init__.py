"""The demonstration network: synthetic people behind the published figures."""
