"""From cells to rows: headings, totals and values."""
