"""Blocks of the analytics page: how lessons are watched."""
