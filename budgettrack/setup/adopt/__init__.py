"""Brings in a workbook that people have: sees its tables, asks little, writes the config."""
