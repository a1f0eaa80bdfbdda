"""Counts the money that an organisation hands on to others, so that no amount is counted twice."""
