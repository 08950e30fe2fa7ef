"""HTTP: the application, its routes, what guards them, and how problems are told."""
