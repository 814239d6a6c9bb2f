"""Households of a mutualist year: years, beneficiaries, enrolments."""
