"""How a group begins: init, doctor, demo, presets and the sample."""
