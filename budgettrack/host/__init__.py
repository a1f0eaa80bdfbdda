"""A host runs many groups: a row each, a register each, a process each."""
