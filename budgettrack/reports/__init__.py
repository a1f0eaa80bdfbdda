"""Reports: makes files for each audience from the views of `core`, which have only what that
audience may see."""
