"""What begins a group: the command init, the doctor, the demo, presets and the sample."""
