"""The demonstration network equals the published figures."""
