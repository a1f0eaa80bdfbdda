"""Open data in the standards IATI and 360Giving: writes files from what the public may see, and
reads the files of funders."""
