"""The pages behind links: nothing on them comes from elsewhere, or from who asks."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

_STYLE = """
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 15vh auto 0; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
button {
  width: 100%; min-height: 3.5rem; padding: .5rem 1rem; border: 0; border-radius: .5rem;
  font: inherit; font-weight: 600; color: #fff; background: #1d4ed8; cursor: pointer;
}
button:hover { background: #1e3a8a; }
button:focus-visible { outline: .25rem solid #f59e0b; outline-offset: .25rem; }
"""
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
_THUMBS = {True: ("good", "&#x1f44d;"), False: ("not good", "&#x1f44e;")}


@dataclass(frozen=True, slots=True)
class Page:
    """What somebody sees."""

    status: int
    html: str


def asking(*, up: bool) -> Page:
    """The page that a link opens; its button rates."""
    word, thumb = _THUMBS[up]
    button = f'<button><span aria-hidden="true">{thumb}</span> It was {word}</button>'
    form = (
        f'<p>Nothing is rated before you press the button.</p>\n<form method="post">{button}</form>'
    )
    return _page(200, "Rate the answer you were given", form)


def thanking(*, up: bool) -> Page:
    """The page that says that it is kept."""
    word, thumb = _THUMBS[up]
    kept = f'<p role="status"><span aria-hidden="true">{thumb}</span> The answer was {word}.'
    return _page(200, "Thank you", f"{kept} To change that, use the other link.</p>")


def refusing(status: int) -> Page:
    """The page that says why nothing was kept."""
    if status == 410:
        return _page(410, "This link has expired", "<p>Nothing was rated. Ask for a new one.</p>")
    if status >= 500:
        return _page(status, "That did not work", "<p>Nothing was rated. Try again later.</p>")
    told = "<p>Nothing was rated. Open it again, as it was sent to you and all of it.</p>"
    return _page(status, "This link does not work", told)


def _page(status: int, title: str, content: str) -> Page:
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
    return Page(status, html)
