"""Small tables that people write in a spreadsheet program, read as it saves them: CSV of any kind, and workbooks."""
