"""What tests are made of: groups, workbooks, people who type, servers, and readers of what is written."""
