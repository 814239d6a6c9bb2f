"""Forms of what people write: fields, and the facts that they make for the services."""
