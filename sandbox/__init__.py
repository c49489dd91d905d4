"""What stands in for the outside world on one machine."""
