"""The structured prompt: pure values and functions. Knows neither tools nor assistant."""
