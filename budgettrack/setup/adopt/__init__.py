"""Adopts a workbook that people have: finds its tables, asks a few questions, writes the config."""
