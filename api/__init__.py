"""Every way in and out: HTTP, command line, files and pages."""
