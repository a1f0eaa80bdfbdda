"""Reports: views by audience in, files out; nothing here knows a plan."""
