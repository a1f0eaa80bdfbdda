"""Ways to deliver: mail server, folder, webhook. Each file here speaks to one of them."""
