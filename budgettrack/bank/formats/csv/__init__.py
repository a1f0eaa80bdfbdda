"""CSV files of banks: the layouts that say what their columns mean, and reading by a layout."""
