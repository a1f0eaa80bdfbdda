"""A host is an organisation that runs the program for many groups. Each group has a row in the
host's sheet, a register and a process of its own."""
