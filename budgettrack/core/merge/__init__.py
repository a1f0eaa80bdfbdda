"""Merges the workbook and the register: the three-way merge, the identity of rows, and guards."""
