"""Where bytes come in and text goes out: HTTP, the command line, settings and wiring. No rules, no SQL."""
