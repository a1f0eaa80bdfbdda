"""Files by the standards of the field, made out of the public view alone; and what others publish
by them, read."""
