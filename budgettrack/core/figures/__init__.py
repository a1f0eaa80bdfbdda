"""Calculates sums, positions, conversions, limits and deadlines from the plan."""
