"""Money, periods, text, figures and errors: pure, and it imports nothing of ours."""
