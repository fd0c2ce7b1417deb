"""Debian's Chromium, driven by Playwright. Nothing is downloaded, and it reaches nothing but loopback."""

from __future__ import annotations

import shutil

from playwright.async_api import Browser, Playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # CI runs as root, where Chromium has no sandbox to offer
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--lang=en-US",
)


async def launch(playwright: Playwright) -> Browser:
    """A headless Chromium. Raises RuntimeError with what to do where there is none."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("There is no `chromium` on this machine. Run tools/chromium.sh, which `make test` does.")
    return await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
