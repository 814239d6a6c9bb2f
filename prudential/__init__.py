"""Books, norms, monthly and annual reports. It holds the annual reports so far."""
