"""Measurements: one module per figure of docs/performance.md."""
