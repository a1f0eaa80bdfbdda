"""The start of a group: init, doctor, demo, presets and the sample."""
