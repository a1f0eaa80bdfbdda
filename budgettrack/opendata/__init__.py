"""Open data in the standards of the field (IATI, 360Giving): writes files from the public view
only, and reads the files of funders."""
