"""The settings of a group: its config file, and the profiles of its funders."""
