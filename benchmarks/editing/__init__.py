"""How well one change stays one change: sessions judged, speed against drawing anew, and two ways to change the whole picture."""
