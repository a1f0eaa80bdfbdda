"""The summary for a funder, as page, PDF and workbook."""
