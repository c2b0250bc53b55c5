"""The web page: our own Chainlit app, its configuration and the history behind it. Everything that imports chainlit is imported by
`server.serve`, after it has said where chainlit may write."""
