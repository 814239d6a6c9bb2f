"""Printing: HTML with its own typefaces in, PDF out; knows no table and no application."""
