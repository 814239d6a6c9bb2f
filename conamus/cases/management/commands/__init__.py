"""Commands of conamus/cases."""
