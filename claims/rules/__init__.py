"""What decides a claim: pure rules on frozen facts, no database, no clock."""
