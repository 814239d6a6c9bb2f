"""What is done with care: terms, claims, decisions, reviews, payments."""
