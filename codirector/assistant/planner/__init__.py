"""The planner: what a message means for the picture at hand. `make_planner` builds one from a setting.

Importing it loads no model library.
"""

from codirector.assistant.planner.make import make_planner
from codirector.assistant.planner.planner import Planned, Planner

__all__ = ["Planned", "Planner", "make_planner"]
