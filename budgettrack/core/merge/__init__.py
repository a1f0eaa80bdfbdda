"""Merges the workbook and the register: decides for each field which side has changed it, finds the
record of each row, and stops a sync that looks like an accident."""
