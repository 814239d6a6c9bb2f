"""Pages of the network's directory: units, facilities, places, partners, rights, search."""
