"""What videos cost: the month, whose costs are whose, and what both are made of."""
