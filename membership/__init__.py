"""A mutuelle's year with its households: campaigns, enrolments, contributions, rights, cards."""
