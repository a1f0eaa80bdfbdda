"""Bank statements: their file formats, how they are imported, and how a month of the books is
compared with them."""
