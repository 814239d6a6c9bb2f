"""Dashboards that read every application and own no table."""
