"""Webhooks of others: where Lectern tells another program something."""
