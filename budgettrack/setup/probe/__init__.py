"""`doctor --probe`: does on Google what our writes are made of, and records what it answers."""
