"""What aapt2 says of a package: badging, manifest tree, resource texts."""

import re
import subprocess
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

COMPONENTS = {"activity", "activity-alias", "service", "receiver", "provider"}
NAME, LABEL = "0x01010003", "0x01010001"
VERSION_CODE, VERSION_CODE_MAJOR, VERSION_NAME = "0x0101021b", "0x01010576", "0x0101021c"
MAX_SDK_VERSION = "0x01010271"


class Unreadable(Exception):
    """aapt2 cannot read the package; the text is its own reason."""


def run(*arguments):
    done = subprocess.run(("aapt2", "dump", *map(str, arguments)), capture_output=True)
    errors = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode != 0 or "error:" in errors:
        lines = [line.split("error:", 1)[-1].strip() for line in errors.splitlines() if "error:" in line]
        raise Unreadable("aapt2: " + (lines[0] if lines else f"exit code {done.returncode}"))
    return done.stdout.decode("utf-8", "replace")


def facts(*paths):
    """Facts of one app in the words of apkaudit's JSON: of one APK, or of a
    base and the splits that are installed with it."""
    base, *splits = paths
    badging, tree = run("badging", base), manifest(base)
    table = Texts()
    for path in paths:
        table.read(run("resources", path))
    package = one(badging, r"^package: name='([^']*)'") or ""
    said = {
        "package": package,
        "version_code": version_code(tree),
        "version_name": version_name(badging, tree),
        "min_sdk": one(badging, r"^(?:minSdkVersion|sdkVersion):'(.*)'$"),
        "target_sdk": one(badging, r"^targetSdkVersion:'(.*)'$"),
        "permissions": permissions(tree),
        "components": components(tree, package),
        "labels": labels(tree, table),
        "texts": Counter(text for text in table.texts if is_text(text[0], text[2])),
        "unclear": table.unclear,
    }
    for path in splits:
        other = manifest(path)
        said["permissions"] |= permissions(other)
        said["components"] |= components(other, package)
    code = one(badging, r"^package: .*? versionCode='(\d+)'")
    if code and int(code) != said["version_code"] & 0xFFFFFFFF:
        raise Unreadable("badging and xmltree disagree on the version code")
    return said


def is_text(name, text):
    """Whether both print it: not an item of a style, which aapt2 does not
    delimit, and not the empty value that the first aapt gave to ids."""
    return not name.startswith("style/") and not (name.startswith("id/") and not text)


def one(text, pattern):
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1) if found else None


def unquote(text):
    """Undoes how badging writes special characters."""
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda m: escapes.get(m.group(1), m.group(1)), text)


def permissions(tree):
    """From the manifest tree: badging mixes in those that the platform adds."""
    found = set()
    for asked in tree.named("uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"):
        if NAME in asked.attributes:
            last = asked.attributes.get(MAX_SDK_VERSION)
            found.add((asked.attributes[NAME], None if last is None else int(last, 0)))
    return found


# ---------------------------------------------------------------- manifest


class Element:
    def __init__(self, name):
        self.name, self.attributes, self.children = name, {}, []

    def named(self, *names):
        return [child for child in self.children if child.name in names]


def manifest(path):
    """The manifest as a tree; attributes by resource id, else by name."""
    root, open_elements = None, []
    for line in run("xmltree", "--file", "AndroidManifest.xml", path).splitlines():
        element = re.match(r"( *)E: (\S+) \(line=\d+\)$", line)
        if element:
            depth, made = len(element.group(1)), Element(element.group(2).split(":")[-1])
            while open_elements and open_elements[-1][0] >= depth:
                open_elements.pop()
            if open_elements:
                open_elements[-1][1].children.append(made)
            else:
                root = root or made
            open_elements.append((depth, made))
            continue
        attribute = re.match(r' *A: (?:\S+:)?([^(=:]*)(?:\((0x[0-9a-f]{8})\))?=(.*)$', line)
        if attribute and open_elements:
            name, resource, value = attribute.groups()
            raw = re.search(r' \(Raw: "(.*)"\)$', value)
            open_elements[-1][1].attributes[resource or name] = raw.group(1) if raw else value.strip('"')
    if root is None:
        raise Unreadable("xmltree shows no element")
    return root


def number(text):
    return None if text is None else int(text, 0)


def version_code(tree):
    low, high = (number(tree.attributes.get(name)) for name in (VERSION_CODE, VERSION_CODE_MAJOR))
    if low is None and high is None:
        return None
    return ((high or 0) << 32) | ((low or 0) & 0xFFFFFFFF)


def version_name(badging, tree):
    """As badging resolves it; it writes an absent one as an empty one."""
    if VERSION_NAME not in tree.attributes:
        return None
    return unquote(one(badging, r"^package: .*? versionName='((?:\\.|[^'\\])*)'") or "")


def qualified(package, name):
    if name.startswith("."):
        return package + name
    return name if "." in name or not package else f"{package}.{name}"


def components(tree, package):
    return Counter(
        (child.name, qualified(package, child.attributes[NAME]))
        for application in tree.named("application")
        for child in application.named(*COMPONENTS)
        if NAME in child.attributes
    )


# ---------------------------------------------------------------- resources


class Texts:
    """String values of resource tables."""

    def __init__(self):
        self.texts = []  # (resource name, qualifiers, text)
        self.values = {}  # resource id -> [(qualifiers, text or reference)]
        self.names = {}  # resource name -> resource id
        self.unclear = 0  # arrays that aapt2's print does not delimit

    def read(self, dump):
        """Takes in `aapt2 dump resources`. A text with line feeds goes on in
        the next lines, which aapt2 indents unless they are empty."""
        # After the bracket of an empty array aapt2 does not end the line.
        for start, margin in ((r"resource 0x[0-9a-f]{8} ", 4), (r"\([^()]*\) ", 6), (r"type \S+ id=", 2), ("Package name=", 0)):
            dump = re.sub(rf"(?m)^ {{8}}\[(?={start})", " " * margin, dump)
        name = resource = None
        lines, at = dump.split("\n"), 0
        while at < len(lines):
            line, at = lines[at], at + 1
            header = re.match(r"    resource (0x[0-9a-f]{8}) (\S+)", line)
            if header:
                resource, name = header.groups()
                self.names[name] = resource
                self.values.setdefault(resource, [])
                continue
            value = VALUE.match(line)
            if value and name:
                block = [value.group(2)]
                while at < len(lines) and not OTHER.match(lines[at]):
                    block.append(lines[at])
                    at += 1
                take(self, name, resource, value.group(1), block)


VALUE = re.compile(r"      \(([^()]*)\) (.*)$")
OTHER = re.compile(r"      \([^()]*\) |    resource 0x|  type \S+ id=|Package name=")


def take(table, name, resource, qualifiers, block):
    first = block[0]
    if first.startswith('"') or first.startswith("(styled string) "):
        text = joined([first.removeprefix("(styled string) "), *block[1:]], 6)
        end = text.rindex('"') if text.count('"') > 1 else len(text)
        text = text[1:end]
        table.texts.append((name, qualifiers, text))
        table.values[resource].append((qualifiers, text))
    elif first.startswith("(array) size="):
        take_array(table, name, qualifiers, int(first.split("=")[1].split()[0]), joined(block[1:], 8))
    elif first.startswith("(plurals)"):
        take_plurals(table, name, qualifiers, joined(block[1:], 8))
    elif first.startswith("@"):
        table.values[resource].append((qualifiers, first.split()[0]))


def joined(block, indent):
    """Lines of a print as one text, without the print's own indentation."""
    margin = " " * indent
    return "\n".join(line.removeprefix(margin) for line in block).rstrip("\n")


STYLED = r'(?:\(styled string\) )?"((?:[^"]|"(?!(?: [\w:;,= .#/-]*)?(?:, |, ?\n|\]$)))*)"(?: [^",\]]*:\d+,\d+)*'
ITEM = re.compile(STYLED + r"|[^\s,\]][^,\]]*")


def take_array(table, name, qualifiers, size, text):
    text = text.strip()
    body = text[1:] if text.startswith("[") else text
    items, at = [], 0
    while at < len(body) and body[at] != "]":
        found = ITEM.match(body, at)
        if not found:
            break
        items.append(found.group(1) if found.group(1) is not None else None)
        at = found.end()
        at += len(re.match(r"(?:, ?\n? *)?", body[at:]).group(0))
    if len(items) != size:
        table.unclear += 1
        return
    for index, item in enumerate(items):
        if item is not None:
            table.texts.append((f"{name}[{index}]", qualifiers, item))


def take_plurals(table, name, qualifiers, text):
    pattern = r'(?m)^ *(zero|one|two|few|many|other)=(?:\(styled string\) )?"'
    marks = list(re.finditer(pattern, text))
    for mark, following in zip(marks, [*marks[1:], None]):
        rest = text[mark.end() : following.start() if following else len(text)]
        table.texts.append((f"{name}[{mark.group(1)}]", qualifiers, rest[: rest.rindex('"')]))


def locale_of(qualifiers):
    """BCP 47 tag of a folder's qualifiers: `mcc310-zh-rTW-night` -> `zh-TW`."""
    parts = [part for part in qualifiers.split("-") if not re.match(r"m[cn]c\d+$", part)]
    if not parts:
        return ""
    if parts[0].startswith("b+"):
        return parts[0][2:].replace("+", "-")
    if not re.match(r"[a-z]{2,3}$", parts[0]) or parts[0] == "car":
        return ""
    if len(parts) > 1 and re.match(r"r([A-Z]{2}|\d{3})$", parts[1]):
        return f"{parts[0]}-{parts[1][1:]}"
    return parts[0]


def labels(tree, table):
    """Label of the application for each locale."""
    for application in tree.named("application"):
        value = application.attributes.get(LABEL)
        if value is not None:
            return {(locale, text) for locale, text in resolved(value, "", table, 0)}
    return set()


def resolved(value, locale, table, depth):
    if not value.startswith("@") or depth > 20:
        return {(locale, value)}
    resource = value[1:]
    resource = resource if resource.startswith("0x") else table.names.get(resource, resource)
    found = set()
    for qualifiers, text in table.values.get(resource, ()):
        found |= resolved(text, locale_of(qualifiers) or locale, table, depth + 1)
    return found


# ---------------------------------------------------------------- bundles


def bundle_facts(bundle, modules):
    """The same for an app bundle, the base module first: aapt2 reads a module
    once its parts stand where an APK in protocol-buffer form has them."""
    with zipfile.ZipFile(bundle) as archive, tempfile.TemporaryDirectory() as folder:
        made = []
        for module in modules:
            made.append(Path(folder) / f"{module}.apk")
            with zipfile.ZipFile(made[-1], "w") as out:
                for name in archive.namelist():
                    inner = name.removeprefix(f"{module}/")
                    if inner != name and not inner.startswith("dex/"):
                        out.writestr(inner.removeprefix("manifest/"), archive.read(name))
        return facts(*made)


def set_facts(path, apks):
    """The same for a set of APKs, the base first."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        return facts(*(archive.extract(name, folder) for name in apks))
