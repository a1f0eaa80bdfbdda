"""Ways out: a mail server, a folder, an address. Each file here knows one of them, and what it
answers."""
