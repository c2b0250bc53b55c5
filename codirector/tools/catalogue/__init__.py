"""The model catalogue: what there is to draw and film with, as data. Start at `entries.catalogue`."""
