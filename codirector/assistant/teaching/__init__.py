"""Teaching in the chat: lessons, quizzes, explanations for an audience, summaries, the workflow as a diagram, stories told in turns."""
