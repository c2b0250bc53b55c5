"""How often the planner understands, and how fast."""
