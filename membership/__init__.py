"""Households of a mutualist year: years, beneficiaries, enrolments; contributions, cards and coverage join them."""
