// The layer has no sources of its own yet.
