"""The way in: number and code, service password; out again; language, dark and senior mode."""
