"""The turn: planner, turn graph, session, reply, command line and web page."""
