"""The project: settings, what pages and rules share, the portal, the demonstration."""
