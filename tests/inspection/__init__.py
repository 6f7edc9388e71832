"""Looking at machines with life laid over them: over HTTP, on the command line, and from Python."""
