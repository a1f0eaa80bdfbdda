"""Mail to partners, funders and the group."""
