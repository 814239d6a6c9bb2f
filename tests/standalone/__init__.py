"""The embedded services, the operator’s commands and what is shipped to production."""
