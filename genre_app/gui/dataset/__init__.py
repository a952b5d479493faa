"""What the page "Data set" is made of: the table of clips, the panel of genres, and adding."""
