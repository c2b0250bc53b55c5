"""Recipes of what this project learned about motion: in-betweens."""
