"""A contract drafted from an example of a file: its columns, period, dates and codes, tried before anybody sees it."""
