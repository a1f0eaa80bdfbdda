"""What people do with other clients of Google Sheets, one flow for each client.

Each is a program of its own and runs where that client is installed, which is never in the
project's own environment (`make soak` installs them in `build/clients`): it imports nothing of the
project. Its first argument is the address in the place of Google, its second a spreadsheet's ID."""
