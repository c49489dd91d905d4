"""The dashboard: what its pages share. The pages themselves are in `pages/`."""
