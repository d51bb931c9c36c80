"""Drawings of a release: rows of charts as HTML, made from published figures alone and stored with the release.

Superset's chart `table` shows a column of HTML and lets through `div` and `span` with class, style and title. So a drawing is made of these.
Each drawing has its figures as text in it, and a plain text that says the same without any markup.
"""
