"""Tables of the lists of membership."""
