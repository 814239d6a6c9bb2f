"""Doors of the portal: home pages, figures in detail, data of the pictures."""
