"""Films measured: does the camera do what was asked, are in-betweens right, is the picture steady, how long does it take."""
