"""Everything for the start of a group: the commands init, adopt, doctor and demo, the ready-made
plans (presets) and the sample group."""
