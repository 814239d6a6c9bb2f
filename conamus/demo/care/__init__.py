"""Care in the demonstration: its terms (catalogue, prices, agreements, packages) and its year."""
