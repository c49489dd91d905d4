"""Blocks of the migrate and review pages: what is in S3, picked and planned."""
