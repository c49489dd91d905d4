"""Playing lessons, over a real database."""
