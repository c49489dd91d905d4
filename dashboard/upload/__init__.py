"""The upload page: where files go, how, and what became of them."""
