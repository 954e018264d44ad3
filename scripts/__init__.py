"""Programs for developers: what ``make`` runs."""
