"""The settings of a group: its config file, its key, and the profiles of its funders."""
