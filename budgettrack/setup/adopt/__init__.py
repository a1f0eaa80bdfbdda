"""Adopts a workbook that people already have: finds its tables, asks a few questions, and writes
the config.

A *block* is one table of people in a tab: a row of headings and the rows below it. To be read, a
block must become one of our tables, such as Budget or Expenses."""
