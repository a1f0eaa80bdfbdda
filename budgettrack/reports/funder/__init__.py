"""The funder's summary: page, paper and workbook."""
