"""How well questions are answered from the articles: `python -m benchmarks.knowledge`."""
