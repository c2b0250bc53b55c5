"""Films: from stills to frames to a file. Camera and layers, keyframes, optical flow, finishing, sound, delivery."""
