"""A local stand-in for Google's Sheets, Drive and token endpoints, over real HTTP, for the tests.

`server.py` listens and routes, `spreadsheet.py` holds cells, `changes.py` carries out
`batchUpdate`, `values.py` the values endpoints, `drive.py` files and permissions, `tokens.py`
access tokens. How true it is to the real service is measured by `tests/test_sheets_fidelity.py`.
"""
