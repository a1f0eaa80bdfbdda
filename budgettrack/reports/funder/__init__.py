"""The summary of one grant for its funder, as page, PDF and workbook."""
