"""The pure core: no file, network, database or clock; today's date is always an argument."""
