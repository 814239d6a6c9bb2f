"""Obligations between federations and their settlement. It owns no table yet."""
