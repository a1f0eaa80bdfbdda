"""Words that everything else needs: money, months, findings, cells, IDs."""
