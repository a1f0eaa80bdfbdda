"""Sealing: decides which amounts are published together as one sum (a batch), so that nobody can
compute the amount of a single person or firm from published figures."""
