# What the page of a report is in a browser: chromium.py PAGE prints a line for each fact; no client but Python's own
# library.  Chromium speaks its DevTools protocol on descriptors 3 and 4.
import json
import os
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, program, profile, *arguments):
        to_browser, self.out = os.pipe()
        self.into, from_browser = os.pipe()

        def descriptors():
            a, b = os.dup(to_browser), os.dup(from_browser)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
             "--disable-dev-shm-usage", "--user-data-dir=" + profile, *arguments],
            preexec_fn=descriptors, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.number, self.events, self.session = b"", 0, [], None

    def message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise EOFError("the browser has ended")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, event):
        while not any(e.get("method") == event for e in self.events):
            self.events.append(self.message())

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except EOFError:
            pass
        self.process.wait()


def open_page(browser, page, scripts=True):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(domain + ".enable")
    browser.call("Emulation.setScriptExecutionDisabled", value=not scripts)
    browser.events.clear()
    started = time.monotonic()
    browser.call("Page.navigate", url="file://" + os.path.abspath(page))
    browser.wait_for("Page.loadEventFired")
    if scripts:
        browser.value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
    return time.monotonic() - started


def requests(browser):
    return [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]


def complaints(browser):
    said = [e["params"]["exceptionDetails"]["text"] for e in browser.events if e.get("method") == "Runtime.exceptionThrown"]
    return said + [e["params"]["entry"]["text"] for e in browser.events if e.get("method") == "Log.entryAdded"]


SEARCH = """(async () => {
    const box = document.getElementById("query"), started = performance.now();
    box.value = %s;
    box.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    return performance.now() - started;
})()"""

OWN = "html head meta title style body a header p h1 h2 h3 main section ul ol li div span b code pre details summary form label " \
      "input fieldset legend figure figcaption noscript table thead tbody tr th td footer script button mark " \
      "svg g rect text title"

with tempfile.TemporaryDirectory() as profile:
    browser = Browser(sys.argv[1], profile)
    seconds = open_page(browser, sys.argv[2])
    print("opened after %.2f s" % seconds, file=sys.stderr)
    print("soon", seconds < 100)  # two seconds where nothing else runs: the figures are for people
    print("requests", len(requests(browser)))
    print("complaints", complaints(browser))
    print("foreign elements", browser.value(
        "[...new Set([...document.querySelectorAll('*')].map((e) => e.localName))].filter((n) => !%s.includes(n))"
        % json.dumps(OWN.split())))
    print("handlers", browser.value(
        "[...document.querySelectorAll('*')].filter((e) => e.getAttributeNames().some((n) => /^on|^src/.test(n))).length"))
    print("tree", browser.value("document.querySelectorAll('#tree li').length > 0"))
    print("search box", browser.value("!document.getElementById('finder').hidden"))
    for words in sys.argv[3:]:
        ms = browser.value(SEARCH % json.dumps(words))
        ms = min(ms, browser.value(SEARCH % json.dumps(words)))
        print("searched in %.0f ms" % ms, file=sys.stderr)
        print("at once", ms < 5000, "found", browser.value("document.getElementById('found').textContent"))
    browser.value(SEARCH % '""')
    # with the keyboard alone: / goes to the search, Tab from there on into the tree, Enter folds
    browser.value("document.activeElement.blur()")
    for kind in ("rawKeyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="/", code="Slash", windowsVirtualKeyCode=191)
    print("slash", browser.value("document.activeElement.id"))
    for _ in range(6):
        for kind in ("rawKeyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        if browser.value("document.activeElement.localName") == "summary":
            break
    print("tab", browser.value("document.activeElement.localName"))
    before = browser.value("document.activeElement.parentNode.open")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    print("enter", before != browser.value("document.activeElement.parentNode.open"))
    print("print", len(browser.call("Page.printToPDF")["data"]) > 10000)
    print("requests at the end", len(requests(browser)), complaints(browser))
    browser.close()
