"""What a group sets: its config file, and the profiles of funders."""
