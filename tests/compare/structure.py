#!/usr/bin/env python3
"""Compares class hierarchy and calls with what independent tools read.

  tests/compare/structure.py fixtures/apps target/corpus
  tests/compare/structure.py --binary target/debug/examples/structure app.apk
  tests/compare/structure.py --self-test fixtures/apps

The example `structure` prints what the program analysis sees; dexdump, and
androguard where Python has it, read the same DEX files. Which method a static,
direct or super call runs is worked out here once more, from what dexdump says
of classes and methods, by the rules of the platform. See README.md beside this
file.

Exit code: 0 no difference, 1 a difference, 2 wrong use or a tool is missing.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import code_tools  # noqa: E402

try:
    import loguru

    loguru.logger.disable("androguard")
    from androguard.core import dex as androguard
except ImportError:
    androguard = None

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".apk", ".aab", ".apks", ".xapk", ".apkm", ".jar"}
SHOWN = 8  # differences of one kind before the rest is only counted
STATIC, ABSTRACT, INTERFACE, PRIVATE = 0x8, 0x400, 0x200, 0x2
DECIDED = ("static", "direct", "super")  # calls of which the instruction alone says what runs


@dataclass
class View:
    """What one program sees in the DEX files of a package."""

    classes: dict = field(default_factory=dict)  # name -> (superclass, interfaces)
    calls: set = field(default_factory=set)  # (kind, caller, named)
    runs: dict = field(default_factory=dict)  # a call of a decided kind -> the app's method, or "-"
    methods: dict = field(default_factory=dict)  # class -> {name:descriptor: access flags}
    flags: dict = field(default_factory=dict)  # class -> access flags


# ---------------------------------------------------------------- what apkaudit says


def ours(binary, path):
    """The files in order, and the view of the program analysis."""
    done = subprocess.run((binary, path), capture_output=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason"])[-1])
    return parsed(done.stdout.decode("utf-8"))


def parsed(text):
    files, view = [], View()
    for line in text.split("\n"):
        match line.split("\t"):
            case ["file", name]:
                files.append(name)
            case ["class", name, above, interfaces]:
                view.classes[name] = (above, tuple([] if interfaces == "-" else interfaces.split(",")))
            case ["call", kind, caller, named, runs]:
                view.calls.add((kind, caller, named))
                if kind in DECIDED:
                    view.runs[kind, caller, named] = runs
            case [""]:
                pass
            case other:
                raise RuntimeError(f"what does this line say? {other}")
    return files, view


# ---------------------------------------------------------------- what dexdump says

DESCRIPTOR = re.compile(rb"^  Class descriptor  : '(.*)'$")
ACCESS = re.compile(rb"^  Access flags      : 0x([0-9a-f]+)")
ABOVE = re.compile(rb"^  Superclass        : '(.*)'$")
PART = re.compile(rb"^  (Interfaces|Static fields|Instance fields|Direct methods|Virtual methods) +-")
IMPLEMENTED = re.compile(rb"^    #\d+ +: '(.*)'$")
MEMBER = re.compile(rb"^      (name|type|access) +: (?:'(.*)'|0x([0-9a-f]+))")
INVOKE = re.compile(rb"^[0-9a-f]+: [0-9a-f. ]+ *\|[0-9a-f]+: invoke-(\w+)(?:/range)? \{[^}]*\}, (.*) // method@")


def name_of(raw):
    """A name as text: pairs of surrogates are one character."""
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def dexdump(data, view):
    """Adds one DEX file. Of classes with one name the first counts."""
    with tempfile.NamedTemporaryFile(suffix=".dex") as file:
        file.write(data)
        file.flush()
        tool = subprocess.Popen(("dexdump", "-d", file.name), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        known, name, part, member, caller = True, "", b"", {}, ""
        for line in tool.stdout:
            line = line.rstrip(b"\n")
            if found := DESCRIPTOR.match(line):
                name, part = name_of(found[1]), b""
                known = name in view.classes
                if not known:
                    view.classes[name] = ("-", ())
                    view.methods[name] = {}
            elif known:
                continue
            elif found := INVOKE.match(line):
                kind, named = found[1].decode(), found[2]
                if kind == "polymorphic":
                    named = named.rpartition(b", ")[0]
                view.calls.add((kind, caller, name_of(named)))
            elif found := PART.match(line):
                part = found[1]
            elif part == b"Interfaces" and (found := IMPLEMENTED.match(line)):
                above, interfaces = view.classes[name]
                view.classes[name] = (above, (*interfaces, name_of(found[1])))
            elif part.endswith(b"methods") and (found := MEMBER.match(line)):
                member[found[1]] = found[2] if found[3] is None else int(found[3], 16)
                if found[1] == b"access":
                    signature = name_of(member[b"name"] + b":" + member[b"type"])
                    view.methods[name][signature] = member[b"access"]
                    caller = f"{name}.{signature}"
            elif found := ABOVE.match(line):
                view.classes[name] = (name_of(found[1]), ())
            elif found := ACCESS.match(line):
                view.flags[name] = int(found[1], 16)
        if tool.wait() != 0:
            raise code_tools.Unreadable(f"dexdump ends with {tool.returncode}")


# ---------------------------------------------------------------- what androguard says


def by_androguard(data, view):
    """The same, read by androguard."""
    file = androguard.DEX(data)
    for one in file.get_classes():
        name = one.get_name()
        if name in view.classes:
            continue
        view.classes[name] = (one.get_superclassname(), tuple(one.get_interfaces()))
        for method in one.get_methods():
            caller = f"{name}.{method.get_name()}:{method.get_descriptor().replace(' ', '')}"
            for instruction in method.get_instructions():
                word = instruction.get_name()
                if not word.startswith("invoke-") or word.startswith("invoke-custom"):
                    continue
                kind = word.removeprefix("invoke-").removesuffix("/range")
                of, called, (parameters, result) = file.CM.get_method(instruction.get_ref_kind())
                view.calls.add((kind, caller, f"{of}.{called}:{parameters.replace(' ', '')}{result}"))


# ---------------------------------------------------------------- which method runs


def line_of(view, name):
    """A class of the app and those above it."""
    seen = []
    while name in view.classes and name not in seen:
        seen.append(name)
        name = view.classes[name][0]
    return seen


def interfaces_of(view, name):
    """Every interface of the app that a class or interface has."""
    found, waiting = [], [name]
    while waiting:
        for above in line_of(view, waiting.pop()):
            for interface in view.classes[above][1]:
                if interface in view.classes and interface not in found:
                    found.append(interface)
                    waiting.append(interface)
    return found


def default_of(view, name, signature):
    """The default method that a class gets; `None` if that is not clear."""
    def brings(interface):
        flags = view.methods[interface].get(signature)
        return flags is not None and not flags & (STATIC | ABSTRACT | PRIVATE)

    able = [one for one in interfaces_of(view, name) if brings(one)]
    nearest = [one for one in able if not any(one in interfaces_of(view, other) for other in able if other != one)]
    if len(nearest) > 1:
        return None
    return f"{nearest[0]}.{signature}" if nearest else "-"


def runs(view, call):
    """The app's method that a decided call runs: "-" for none, `None` if that
    is not clear."""
    kind, caller, named = call
    of, signature = named.split(".", 1)
    if of not in view.classes:
        return "-"
    start = of
    if kind == "super" and not view.flags.get(of, 0) & INTERFACE:
        # Whatever class is named, the one above the caller's is asked.
        start = view.classes[caller.split(".", 1)[0]][0]
    for one in line_of(view, start):
        if signature in view.methods[one]:
            return f"{one}.{signature}"
    return default_of(view, start, signature) if start in view.classes else "-"


# ---------------------------------------------------------------- comparing


class Report:
    """What came out for one package."""

    def __init__(self, path):
        self.path = path
        self.facts = Counter()
        self.differences = []
        self.apart = []  # what could not be compared, and why

    def same_sets(self, what, witness, mine, theirs):
        for side, only in (("only apkaudit", mine - theirs), (f"only {witness}", theirs - mine)):
            items = sorted(only)
            self.differences += [f"{what}: {side} has {item!r}" for item in items[:SHOWN]]
            if len(items) > SHOWN:
                self.differences.append(f"{what}: {side} has {len(items) - SHOWN} more")

    def same_views(self, witness, mine, theirs):
        self.same_sets("class", witness, set(mine.classes.items()), set(theirs.classes.items()))
        self.same_sets("call", witness, mine.calls, theirs.calls)

    @property
    def state(self):
        if self.differences:
            return "DIFFERS"
        return "equal" if self.facts["dex"] else "no DEX"


def compare(path, binary, limit):
    report = Report(path)
    try:
        files, mine = ours(binary, path)
        contents = [code_tools.member(path, file) for file in files]
    except (RuntimeError, KeyError, zipfile.BadZipFile, NotImplementedError) as reason:
        report.apart.append(f"not read: {reason}")
        return report
    return with_views(report, files, contents, mine, limit)


def with_views(report, files, contents, mine, limit):
    theirs = View()
    for file, data in zip(files, contents):
        try:
            dexdump(data, theirs)
        except code_tools.Unreadable as reason:
            report.apart.append(f"{file}: {reason}")
            return report
        report.facts["dex"] += 1
    report.facts.update({
        "class": len(theirs.classes),
        "interface": sum(len(interfaces) for _, interfaces in theirs.classes.values()),
        "call": len(theirs.calls),
    })
    report.same_views("dexdump", mine, theirs)
    for call in sorted(theirs.calls & mine.runs.keys()):
        expected = runs(theirs, call)
        if expected is None:
            report.facts["unclear"] += 1
        elif expected != mine.runs[call]:
            report.differences.append(f"runs: {call}: apkaudit {mine.runs[call]!r}, by the rules {expected!r}")
        else:
            report.facts["decided"] += 1
            report.facts["in the app"] += expected != "-"
    if len(report.differences) > 4 * SHOWN:
        more = len(report.differences) - 4 * SHOWN
        report.differences[4 * SHOWN :] = [f"and {more} more"]
    if androguard and sum(map(len, contents)) <= limit:
        theirs = View()
        for data in contents:
            by_androguard(data, theirs)
        report.same_views("androguard", mine, theirs)
        report.facts["androguard"] = len(theirs.calls)
    return report


# ---------------------------------------------------------------- the whole


def packages(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in KINDS and file.is_file())
        elif path.is_file():
            yield path
        else:
            sys.exit(f"structure.py: no such file or directory: {path}")


def show(paths, reports):
    columns = ("dex", "class", "interface", "call", "decided", "in the app", "unclear", "androguard")
    width = max(len(name(path)) for path in paths)
    print(f"{'package':<{width}}  " + "  ".join(f"{column:>10}" for column in columns) + "  result", flush=True)
    sums, done = Counter(), []
    for report in reports:
        done.append(report)
        sums += report.facts
        cells = "  ".join(f"{report.facts[column]:>10}" for column in columns)
        print(f"{name(report.path):<{width}}  {cells}  {report.state}", flush=True)
    print(f"{'all':<{width}}  " + "  ".join(f"{sums[column]:>10}" for column in columns))
    for title, of in (("Not compared in part or whole:", "apart"), ("Differences:", "differences")):
        chosen = [(name(report.path), getattr(report, of)) for report in done if getattr(report, of)]
        if chosen:
            print(f"\n{title}")
        for package, lines in chosen:
            print(f"  {package}", *(f"    {line}" for line in lines), sep="\n")
    states = Counter(report.state for report in done)
    print(f"\n{states['equal']} passed, {states['DIFFERS']} failed, {states['no DEX']} without DEX")
    return 1 if states["DIFFERS"] else 0


def name(path):
    return "/".join(path.parts[-2:])


# ---------------------------------------------------------------- can it fail?


def as_answer(path):
    """The answer that apkaudit would give if dexdump were right."""
    with zipfile.ZipFile(path) as archive:
        files = sorted(one for one in archive.namelist() if re.fullmatch(r"classes\d*\.dex", one))
    view = View()
    for file in files:
        dexdump(code_tools.member(path, file), view)
    lines = [f"file\t{file}" for file in files]
    for one, (above, interfaces) in sorted(view.classes.items()):
        lines.append(f"class\t{one}\t{above}\t{','.join(interfaces) or '-'}")
    for call in sorted(view.calls):
        runs_ = (runs(view, call) or "-") if call[0] in DECIDED else "-"
        lines.append("\t".join(("call", *call, runs_)))
    return lines


def wrong_answers(lines):
    """Answers with one thing wrong each."""
    def first(start, fits=lambda _: True):
        return next(at for at, line in enumerate(lines) if line.startswith(start) and fits(line.split("\t")))

    def with_line(at, column, text):
        parts = lines[at].split("\t")
        parts[column] = text
        return [*lines[:at], "\t".join(parts), *lines[at + 1 :]]

    def without(at):
        return lines[:at] + lines[at + 1 :]

    one, implements = first("class"), first("class", lambda parts: parts[3] != "-")
    call, decided = first("call"), first("call", lambda parts: parts[4] != "-")
    yield "a class missing", without(one)
    yield "a class more", [*lines, "class\tLa/b/C;\tLjava/lang/Object;\t-"]
    yield "another superclass", with_line(one, 2, "La/b/C;")
    yield "an interface missing", with_line(implements, 3, "-")
    yield "another interface", with_line(implements, 3, "La/b/C;")
    yield "a call missing", without(call)
    yield "a call more", [*lines, "call\tstatic\tLa/b/C;.d:()V\tLa/b/C;.e:()V\t-"]
    yield "another kind of call", with_line(call, 1, "polymorphic")
    yield "another caller", with_line(call, 2, "La/b/C;.d:()V")
    yield "another method named", with_line(call, 3, "La/b/C;.d:()V")
    yield "another method runs", with_line(decided, 4, "La/b/C;.d:()V")
    yield "no method runs", with_line(decided, 4, "-")


def self_test(paths):
    """Feeds answers that are right and answers that are wrong."""
    for path in paths:
        if path.suffix == ".apk":
            answer = as_answer(path)
            if len(answer) > 10 and any(line.startswith("class") and not line.endswith("\t-") for line in answer):
                break
    else:
        sys.exit("structure.py: no APK here has all that the self-test changes")
    failed = 0
    for what, lines, expected in [("a right answer", answer, 0), *((what, wrong, 1) for what, wrong in wrong_answers(answer))]:
        files, mine = parsed("\n".join(lines))
        contents = [code_tools.member(path, file) for file in files]
        found = 1 if with_views(Report(path), files, contents, mine, 0).differences else 0
        failed += found != expected
        print(f"{'ok    ' if found == expected else 'FAILED'}  {what}: {'a difference' if found else 'no difference'}")
    print(f"{failed} failed")
    return 1 if failed else 0


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="See README.md beside this script.")
    words.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="packages, or directories of them")
    words.add_argument("--binary", default=ROOT / "target/release/examples/structure", metavar="PATH", help="the example to ask")
    words.add_argument("--require", action="store_true", help="a missing tool is an error; else nothing is compared")
    words.add_argument("--self-test", action="store_true", help="show that wrong answers are found out; needs no binary")
    words.add_argument("--jobs", type=int, default=2, metavar="N", help="packages at once (default 2)")
    words.add_argument("--androguard-limit", type=int, default=3_000_000, metavar="BYTES", help="it is slow: more DEX bytes are not given to it")
    options = words.parse_args()

    if not shutil.which("dexdump"):
        print("structure.py: NOT COMPARED, dexdump is missing (Debian package dexdump)", file=sys.stderr)
        return 2 if options.require else 0
    paths = list(packages(options.paths))
    if not paths:
        words.error("no package there")
    if options.self_test:
        return self_test(paths)
    if not Path(options.binary).is_file():
        words.error(f"no example at {options.binary}: build it or give --binary")
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        return show(paths, pool.map(lambda path: compare(path, options.binary, options.androguard_limit), paths))


if __name__ == "__main__":
    sys.exit(main())
