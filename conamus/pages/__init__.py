"""What every page has in common: requests, navigation, lists, forms, errors."""
