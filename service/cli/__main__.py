"""``python -m service.cli`` is ``pointsman``."""

from service.cli import main

main()
