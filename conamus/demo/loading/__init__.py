"""Loads the demonstration into an empty database, all of it or nothing."""

from conamus.demo.loading.run import Loaded, LoadTimes, is_loaded, load_network

__all__ = ["LoadTimes", "Loaded", "is_loaded", "load_network"]
