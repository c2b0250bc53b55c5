"""How a picture was read, in five steps: pixels, layers, feature vector, interpretation, alignment with the person's words."""
