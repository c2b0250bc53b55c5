"""The session: append-only turns, threads, artifacts. Remembers everything, loses nothing."""
