"""The online workbook: a Google spreadsheet."""
