"""Two sides become one: the merge, identity of rows, and guards against accidents."""
