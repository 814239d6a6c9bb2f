"""Tags of templates that show pictures."""
