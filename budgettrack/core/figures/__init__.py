"""Sums and what follows from them: positions, conversion, limits, deadlines."""
