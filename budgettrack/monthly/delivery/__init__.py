"""The ways of delivering reports: by a mail server, into a folder, or to a webhook. Each module
handles one of them."""
