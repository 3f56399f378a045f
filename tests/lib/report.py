# Reads a report as strictly as HTML allows: report.py PAGE prints its text, report.py PAGE paths a line for each path of
# its data.  Elements are closed in their order, there are none but those that the page has of its own, nothing is
# fetched, and the policy lets through the page's style and script alone.
import base64
import hashlib
import html.parser
import json
import re
import sys

VOID = {"meta", "input", "br"}
OWN = {"html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "main", "section", "ul", "ol", "li",
       "div", "span", "b", "code", "pre", "details", "summary", "form", "label", "input", "fieldset", "legend", "figure",
       "figcaption", "noscript", "table", "thead", "tbody", "tr", "th", "td", "footer", "script"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "aria-labelledby", "aria-hidden", "hidden",
              "role", "type", "autocomplete", "spellcheck", "placeholder", "open"}
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.text, self.raw, self.policy, self.scripts, self.ids = [], [], {}, None, 0, set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert tag in OWN, "an element of somebody else's: " + tag
        assert set(given) <= ATTRIBUTES, (tag, given)
        assert given.get("href", "#").startswith("#"), given
        assert len(given) == len(attributes), attributes
        if "id" in given:
            assert given["id"] not in self.ids, given
            self.ids.add(given["id"])
        if given.get("http-equiv"):
            assert self.stack == ["html", "head"] and not self.raw, "the policy comes late"
            self.policy = given["content"]
        if tag == "script":
            self.scripts += 1
            self.kind = given.get("type", "script")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack and self.stack[-1] == tag, (tag, self.stack[-8:], self.getpos())
        self.stack.pop()

    def handle_data(self, text):
        assert not HIDDEN.search(text), (HIDDEN.search(text).group().encode("unicode_escape"), self.getpos())
        if self.stack and self.stack[-1] in ("script", "style"):
            key = self.kind if self.stack[-1] == "script" else "style"
            self.raw[key] = self.raw.get(key, "") + text
        else:
            self.text.append(text)

    def handle_comment(self, text):
        raise AssertionError("a comment: " + text)

    def unknown_decl(self, text):
        raise AssertionError("a declaration: " + text)

    handle_pi = unknown_decl


def source(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


page = Page()
bytes_ = open(sys.argv[1], "rb").read()
page.feed(bytes_.decode("utf-8"))
page.close()
assert page.stack == [], page.stack
assert page.scripts == 2, page.scripts
assert page.policy == "default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'" % (
    source(page.raw["style"]), source(page.raw["script"])), page.policy
assert not re.search("[<>&]", page.raw["application/json"])
data = json.loads(page.raw["application/json"])
if len(sys.argv) > 2:
    names = []
    kinds = {"c": "created", "m": "modified", "a": "attributes", "d": "deleted"}
    types = {"f": "file", "d": "directory", "l": "symlink", "p": "fifo", "s": "socket", "c": "char", "b": "block"}
    for shared, rest, kind, kind_of_file, before, after, process, differs, was, target in data["paths"]:
        names = names[:shared] + rest.split("/")
        file = kind_of_file == "f"
        print("/" + "/".join(names), kinds[kind], types[kind_of_file], before[0] if before and file else None,
              after[0] if after and file else None, after[1] if after else None, after[2] if after else None)
else:
    print("".join(page.text))
