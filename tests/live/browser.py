"""A real browser to test the console's page with: the Chromium that is installed, driven by Playwright, no download."""

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.live.console import missing_console

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 60_000

TAP = """
(() => {
  // What the page really sends to the loudspeaker: its peak every few milliseconds, beside the clock.
  const connect = AudioNode.prototype.connect;
  window.heard = [];
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target === this.context.destination) {
      const tap = new AnalyserNode(this.context, { fftSize: 1024 });
      connect.call(this, tap);
      const samples = new Float32Array(tap.fftSize);
      setInterval(() => {
        tap.getFloatTimeDomainData(samples);
        window.heard.push([performance.now(), samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)]);
      }, 10);
    }
    return connect.call(this, target, ...rest);
  };
})();
"""


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def missing_browser() -> str:
    """Why the page cannot be tested here, in one line; empty when it can."""
    if why := missing_console():
        return why
    if importlib.util.find_spec("playwright") is None:
        return "playwright missing; for the browser tests: pip install 'voicebot[browser-test]'"
    if chromium() is None:
        return "no Chromium; for the browser tests: apt-get install --no-install-recommends chromium"
    return ""


@dataclass
class Tab:
    """A page, and what it complained of."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def wait(self, expression: str) -> None:
        """Wait until a JavaScript expression holds. As a function: the page's policy forbids to evaluate text."""
        self.page.wait_for_function(f"() => {expression}", timeout=PATIENCE_MS)

    def see(self, selector: str, words: str) -> None:
        """Wait until `selector` shows `words`."""
        self.page.wait_for_function(
            "([selector, words]) => document.querySelector(selector)?.innerText.includes(words)",
            arg=[selector, words],
            timeout=PATIENCE_MS,
        )

    def tab_to(self, selector: str, most: int = 60) -> None:
        """Press Tab until the focus is there."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with Tab")


@contextmanager
def browsing(
    *, microphone: Path | None = None, allowed: bool = True, locale: str = "zh-CN", dark: bool = False, phone: bool = False
) -> Iterator[Tab]:
    """A fresh tab. `microphone`: a WAV that is spoken into it, once, from the moment the page listens."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--autoplay-policy=user-gesture-required", "--disable-dev-shm-usage"]
    if microphone is not None:
        flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    if allowed:
        flags.append("--use-fake-ui-for-media-stream")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=flags)
        size = {"width": 390, "height": 844} if phone else {"width": 1360, "height": 900}
        context = browser.new_context(
            viewport=size, locale=locale, color_scheme="dark" if dark else "light", is_mobile=phone, has_touch=phone
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TAP)
        tab = Tab(context.new_page())
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.on("console", lambda said: tab.complaints.append(said.text) if said.type in ("error", "warning") else None)
        try:
            yield tab
        finally:
            browser.close()
    assert tab.complaints == [], tab.complaints
