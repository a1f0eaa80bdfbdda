"""The local workbook: an .xlsx file."""
