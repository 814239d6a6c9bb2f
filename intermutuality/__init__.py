"""What federations owe one another: to come; this application owns no table yet."""
