"""CSV files of banks: the layouts that say what their columns mean, and the code that reads a
file with a layout."""
