"""One turn: understand, apply, dispatch, run, check, commit, reply. One graph run is one turn."""
