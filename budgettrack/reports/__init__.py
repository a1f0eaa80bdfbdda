"""Reports: turn the views of `core` into files for each audience."""
