"""Keys in any form that people have them in: labels, files of settings, tables."""
