"""Links that rate: signed, for people who have nothing but a mail or a page."""
