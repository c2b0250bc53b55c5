"""How well the embedded text-to-image model does what it is told. `python -m benchmarks.illustrator --help`"""
