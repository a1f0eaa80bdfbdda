"""Reads cells into rows: finds headings and totals, and reads values."""
