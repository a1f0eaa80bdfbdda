"""Checks a plan for mistakes and doubts."""
