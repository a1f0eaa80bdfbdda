"""Money that an organisation hands on to others, counted once."""
