#!/usr/bin/env python3
"""The two pages that a link leads to, in HTML.

Neither says anything of an account, and neither loads anything from elsewhere,
so a token in the address stays here.
"""
from __future__ import annotations

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Registration</title>
<main>
<h1>{title}</h1>
{rest}
</main>
</html>
"""
ASKS = _PAGE.format(title="Is this your address?", rest="""\
<p>You have opened the link in our mail. One step is left:</p>
<form method="post"><button>Verify my address</button></form>
<p>If you have not registered, close this page: nothing has changed.</p>""")
VERIFIED = _PAGE.format(title="Your address is verified.", rest="""\
<p>Nothing is left to do.</p>""")
