"""Makes the public site, page by page."""
