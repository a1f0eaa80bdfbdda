"""Makes the rows that people and programs ask for, such as those of `status` and `variance`."""
