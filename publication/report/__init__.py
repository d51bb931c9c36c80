"""One printable document about a country or an agency: promises, actions, figures, and what is not known. From published tables only."""
