"""An auditor of public files that knows nothing of how they are made.

It reads the bytes of every file of every month, finds which payments stand behind each figure, and
looks for combinations of figures that give away what one or two contributors got or gave. It knows
the truth of a test group, and imports nothing of the package: `test_apart.py` holds it.

`marking.py` writes the number of each contribution into its amount and reads it out of a figure,
`reading.py` finds figures in files, `truth.py` is who stands behind what, `law.py` is the law,
`auditing.py` puts them together. `driving.py` makes the groups with the program's command line."""
