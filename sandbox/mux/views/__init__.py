"""Made-up viewing: what Mux Data would have measured, the same for the same seed."""
