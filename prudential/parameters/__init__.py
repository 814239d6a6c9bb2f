"""Dated parameters that rules read: what is published or fixed, with its source."""
