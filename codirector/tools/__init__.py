"""What can be made: requests, capabilities, backends, jobs. Knows neither prompts nor assistant."""
