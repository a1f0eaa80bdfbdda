"""The views: for each audience (the public, a funder, a host, coordinators), the figures and
texts that it may see."""
