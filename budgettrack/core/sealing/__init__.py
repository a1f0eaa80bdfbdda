"""Seals contributions in batches, so that nobody can take a published figure apart."""
