"""The pure core: no file, network, database or clock. Today's date is always an argument."""
