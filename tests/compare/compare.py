#!/usr/bin/env python3
"""Compares what apkaudit reads with what independent tools read.

  tests/compare/compare.py fixtures/apps target/corpus
  tests/compare/compare.py --binary target/release/apkaudit app.apk
  tests/compare/compare.py --self-test fixtures/apps

Manifests, labels and texts of APKs and bundles against aapt2, of libraries
against Python's XML parser; classes, methods and invokes of every DEX file
against dexdump, of every JAR against javap. See README.md beside this file.

Exit code: 0 no difference, 1 a difference, 2 wrong use or a tool is missing.
"""

import argparse
import copy
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import aapt2  # noqa: E402
import code_tools  # noqa: E402
import library  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".apk", ".aab", ".aar", ".apks", ".xapk", ".apkm", ".jar"}
SHOWN = 12  # differences of one kind before the rest is only counted


class Report:
    """What came out for one package."""

    def __init__(self, path):
        self.path = path
        self.facts = Counter()  # what was compared -> how many facts
        self.differences = []
        self.apart = ""  # why it could not be compared

    def same(self, what, ours, theirs, count=1):
        self.facts[what] += count
        if ours != theirs:
            self.differences.append(f"{what}: apkaudit {ours!r}, {self.witness} {theirs!r}")

    def same_sets(self, what, ours, theirs):
        """Two collections; each item that only one has is a difference."""
        ours, theirs = Counter(ours), Counter(theirs)
        self.facts[what] += sum(theirs.values())
        for side, only in (("only apkaudit", ours - theirs), (f"only {self.witness}", theirs - ours)):
            items = sorted(only.elements(), key=repr)
            self.differences += [f"{what}: {side} has {item!r}" for item in items[:SHOWN]]
            if len(items) > SHOWN:
                self.differences.append(f"{what}: {side} has {len(items) - SHOWN} more")

    @property
    def state(self):
        if self.differences:
            return "DIFFERS"
        return "not compared" if self.apart else "equal"


# ---------------------------------------------------------------- what apkaudit says


def inspect(binary, path):
    """The input as apkaudit's JSON has it."""
    done = subprocess.run((binary, "inspect", "-f", "json", "--strings", path), capture_output=True)
    try:
        return json.loads(done.stdout)["inputs"][0]
    except (ValueError, LookupError) as error:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [str(error)]
        return {"error": f"no JSON, exit code {done.returncode}: {said[-1]}", "crashed": True}


def said(answer):
    """Why apkaudit refuses an input: a text, or one in each language."""
    error = answer.get("error")
    return error["en"] if isinstance(error, dict) else error


# ---------------------------------------------------------------- comparing


def compare_package(path, answer):
    """Compares one package with an answer of apkaudit."""
    report = Report(path)
    try:
        theirs, report.witness = witness_facts(path)
    except (aapt2.Unreadable, library.Unreadable) as reason:
        theirs, report.apart = None, str(reason)
    except zipfile.BadZipFile as reason:
        theirs, report.apart = None, f"no archive: {reason}"
    facts = answer.get("facts")
    if answer.get("crashed") or (facts is None and theirs is not None):
        report.differences.append(f"apkaudit refuses it: {said(answer)}")
        return report
    if facts is None:
        report.apart += f"; apkaudit: {said(answer)}"
        return report
    if theirs is not None:
        compare_manifest(report, facts, theirs)
    compare_code(report, path, facts)
    return report


def witness_facts(path):
    """What an independent tool says of the manifest and the texts."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "AndroidManifest.xml" in names:
            if archive.read("AndroidManifest.xml").lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                return library.facts(path), "XML parser"
            return aapt2.facts(path), "aapt2"
        modules = sorted(
            (name.split("/")[0] for name in names if name.endswith("/manifest/AndroidManifest.xml")),
            key=lambda module: (module != "base", module),
        )
        if modules:
            return aapt2.bundle_facts(path, modules), "aapt2"
        if splits := apks_of_set(names):
            return aapt2.set_facts(path, splits), "aapt2"
    if any(name.endswith(".class") for name in names):
        return None, "javap"  # a library of classes alone has no manifest
    raise aapt2.Unreadable("no AndroidManifest.xml")


def apks_of_set(names):
    """APKs of a set that are installed together, the base first. bundletool
    adds `_2` to the same split for other phones."""
    apks = sorted(
        name
        for name in names
        if name.endswith(".apk")
        and not name.startswith(("standalones/", "instant/"))
        and not re.search(r"_\d+\.apk$", name)
    )
    return sorted(apks, key=lambda name: re.match(r"(.*/)?(config|split_config)\.|.*/(?!base-master)", name) is not None)


def compare_manifest(report, facts, theirs):
    identity = facts["identity"]
    for name in ("package", "version_code", "version_name"):
        report.same(name, identity[name], theirs[name])
    for name in ("min_sdk", "target_sdk"):
        level = theirs[name]
        if level is None or level.isdigit():  # a code name has no level that aapt2 knows
            report.same(name, identity[name], None if level is None else int(level))
    asked = facts["permissions"]["requested"]
    report.same_sets("permission", {(one["name"], one["max_sdk"]) for one in asked}, theirs["permissions"])
    ours = Counter((one["kind"], one["class"]) for one in facts["components"])
    report.same_sets("component", ours, theirs["components"])
    if "labels" in theirs:
        labels = {(label["locale"], label["text"]) for label in identity["labels"]}
        report.same_sets("label", labels, theirs["labels"])
        compare_texts(report, facts["strings"]["texts"] if "texts" in facts["strings"] else [], theirs)


def compare_texts(report, texts, theirs):
    ours = Counter(
        (text["name"], text["qualifiers"], text["text"]) for text in texts if aapt2.is_text(text["name"], text["text"])
    )
    if theirs["unclear"]:
        report.facts["unclear arrays"] += theirs["unclear"]
        arrays = {name.split("[")[0] for name, _, _ in ours} - {name.split("[")[0] for name, _, _ in theirs["texts"]}
        ours = Counter({key: n for key, n in ours.items() if key[0].split("[")[0] not in arrays})
    report.same_sets("text", ours, theirs["texts"])
    for text in texts:
        expected = aapt2.locale_of(text["qualifiers"])
        if text["locale"] != expected:
            report.same(f"locale of {text['name']} {text['qualifiers']}", text["locale"], expected, 0)


def compare_code(report, path, facts):
    report.witness = "dexdump"
    dex = by_file(facts["code"]["dex"], ("classes", "methods", "invokes"))
    classes, whole = set(), not facts["code"]["jars"]
    for file, ours in sorted(dex.items()):
        try:
            theirs = code_tools.dex_facts(code_tools.member(path, file))
        except (code_tools.Unreadable, KeyError, zipfile.BadZipFile, NotImplementedError) as reason:
            report.apart, whole = f"dexdump on {file}: {reason}", False
            continue
        classes |= theirs["names"]
        for what, number in ours.items():
            report.same(f"{what} of {file}", number, theirs[what], 0)
            report.facts[what] += theirs[what]
        report.facts["dex"] += 1
    for file in sorted(dex_members(path) - dex.keys()):
        report.differences.append(f"dex: only the archive has {file!r}")
    if whole and dex and "packages" in facts["code"]:
        ours = {(one["name"], one["classes"]) for one in facts["code"]["packages"]}
        theirs = Counter(name.rpartition(".")[0] for name in classes)
        report.same_sets("package", ours, set(theirs.items()))
    report.witness = "javap"
    for file, ours in sorted(by_file(facts["code"]["jars"], ("class_count", "methods")).items()):
        try:
            data = path.read_bytes() if file == path.name else code_tools.member(path, file)
            theirs = code_tools.jar_facts(data)
        except (code_tools.Unreadable, KeyError, zipfile.BadZipFile) as reason:
            report.apart = f"javap on {file}: {reason}"
            continue
        report.same(f"classes of {file}", ours["class_count"], theirs["classes"], 0)
        report.same(f"methods of {file}", ours["methods"], theirs["methods"], 0)
        report.facts["jar"] += 1
        report.facts["classes"] += theirs["classes"]
        report.facts["methods"] += theirs["methods"]


def by_file(items, numbers):
    """Sums by file: a container of DEX 041 gives several with one place."""
    sums = {}
    for item in items:
        into = sums.setdefault(item["place"]["file"], dict.fromkeys(numbers, 0))
        for number in numbers:
            into[number] += item[number]
    return sums


def dex_members(path):
    """Files in the outer archive that begin as a DEX file does."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name for name in archive.namelist() if archive.open(name).read(4) == b"dex\n"}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return set()


# ---------------------------------------------------------------- the whole


def packages(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in KINDS and file.is_file())
        elif path.is_file():
            yield path
        else:
            sys.exit(f"compare.py: no such file or directory: {path}")


def show(paths, reports):
    """The table as the reports come, every difference, the sums. Gives the
    exit code."""
    columns = ("component", "permission", "label", "text", "dex", "jar", "classes", "methods", "invokes")
    width = max(len(name(path)) for path in paths)
    print(f"{'package':<{width}}  " + "  ".join(f"{column:>10}" for column in columns) + "  result", flush=True)
    sums, done = Counter(), []
    for report in reports:
        done.append(report)
        sums += report.facts
        cells = "  ".join(f"{report.facts[column]:>10}" for column in columns)
        print(f"{name(report.path):<{width}}  {cells}  {report.state}", flush=True)
    reports = done
    print(f"{'all':<{width}}  " + "  ".join(f"{sums[column]:>10}" for column in columns))
    for title, chosen in (
        ("Not compared in part or whole:", [(name(r.path), [r.apart]) for r in reports if r.apart]),
        ("Differences:", [(name(r.path), r.differences) for r in reports if r.differences]),
    ):
        if chosen:
            print(f"\n{title}")
        for package, lines in chosen:
            print(f"  {package}", *(f"    {line}" for line in lines), sep="\n")
    states = Counter(report.state for report in reports)
    differences = sum(len(report.differences) for report in reports)
    print(f"\n{differences} differences in {len(reports)} packages")
    print(f"{states['equal']} passed, {states['DIFFERS']} failed, {states['not compared']} skipped")
    return 1 if differences else 0


def name(path):
    return "/".join(path.parts[-2:])


# ---------------------------------------------------------------- can it fail?


def as_answer(path):
    """The answer that apkaudit would give if the other tools were right."""
    theirs, _ = witness_facts(path)
    dex = []
    for file in sorted(dex_members(path)):
        counts = code_tools.dex_facts(code_tools.member(path, file))
        dex.append({"place": {"file": file}, **{key: counts[key] for key in ("classes", "methods", "invokes")}})
    level = {key: int(theirs[key]) if theirs[key] else None for key in ("min_sdk", "target_sdk")}
    labels = [{"locale": locale, "text": text} for locale, text in sorted(theirs["labels"])]
    return {"facts": {
        "identity": {key: theirs[key] for key in ("package", "version_code", "version_name")} | level | {"labels": labels},
        "permissions": {"requested": [{"name": one, "max_sdk": last} for one, last in theirs["permissions"]]},
        "components": [{"kind": kind, "class": one} for kind, one in theirs["components"].elements()],
        "code": {"dex": dex, "jars": []},
        "strings": {"texts": [
            {"name": one, "qualifiers": qualifiers, "locale": aapt2.locale_of(qualifiers), "text": text}
            for one, qualifiers, text in theirs["texts"].elements()
        ]},
    }}


def wrong_answers(answer):
    """Answers with one thing wrong each."""
    def changed(what, change):
        wrong = copy.deepcopy(answer)
        change(wrong["facts"])
        return what, wrong

    yield "refused", {"error": "not a package"}
    for key, value in (("package", "x.y"), ("version_code", -1), ("version_name", "0"), ("min_sdk", 99), ("target_sdk", 99)):
        yield changed(key, lambda facts, key=key, value=value: facts["identity"].update({key: value}))
    yield changed("a label missing", lambda facts: facts["identity"]["labels"].pop())
    yield changed("a label's locale", lambda facts: facts["identity"]["labels"][0].update(locale="xx"))
    yield changed("a permission missing", lambda facts: facts["permissions"]["requested"].pop())
    yield changed("maxSdkVersion", lambda facts: facts["permissions"]["requested"][0].update(max_sdk=1))
    yield changed("a component missing", lambda facts: facts["components"].pop())
    yield changed("a component twice", lambda facts: facts["components"].append(facts["components"][0]))
    yield changed("a component's kind", lambda facts: facts["components"][0].update(kind="x"))
    yield changed("a text missing", lambda facts: facts["strings"]["texts"].pop())
    yield changed("a text changed", lambda facts: facts["strings"]["texts"][0].update(text="\0"))
    yield changed("a text's locale", lambda facts: facts["strings"]["texts"][0].update(locale="xx"))
    yield changed("a DEX file missing", lambda facts: facts["code"]["dex"].pop())
    for key in ("classes", "methods", "invokes"):
        yield changed(key, lambda facts, key=key: facts["code"]["dex"][0].update({key: facts["code"]["dex"][0][key] + 1}))


def self_test(paths):
    """Feeds answers that are right and answers that are wrong."""
    for path in paths:
        try:
            answer = as_answer(path)
        except (aapt2.Unreadable, KeyError):
            continue
        facts = answer["facts"]
        if all((facts["identity"]["labels"], facts["permissions"]["requested"], facts["components"],
                facts["code"]["dex"], facts["strings"]["texts"])):
            break
    else:
        sys.exit("compare.py: no APK here has all that the self-test changes")
    failed = passed = 0
    for what, given, expected in [("a right answer", answer, 0), *((what, wrong, 1) for what, wrong in wrong_answers(answer))]:
        found = 1 if compare_package(path, given).differences else 0
        passed, failed = passed + (found == expected), failed + (found != expected)
        print(f"{'ok    ' if found == expected else 'FAILED'}  {what}: {'a difference' if found else 'no difference'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="See README.md beside this script.")
    words.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="packages, or directories of them")
    words.add_argument("--binary", default=ROOT / "target" / "release" / "apkaudit", metavar="PATH", help="the apkaudit to ask")
    words.add_argument("--require", action="store_true", help="a missing tool is an error; else nothing is compared")
    words.add_argument("--self-test", action="store_true", help="show that wrong answers are found out; needs no binary")
    words.add_argument("--jobs", type=int, default=2, metavar="N", help="packages at once (default 2)")
    options = words.parse_args()

    if missing := code_tools.missing_tools():
        print(f"compare.py: NOT COMPARED, missing: {', '.join(missing)}", file=sys.stderr)
        return 2 if options.require else 0
    paths = list(packages(options.paths))
    if not paths:
        words.error("no package there")
    if options.self_test:
        return self_test(paths)
    if not Path(options.binary).is_file():
        words.error(f"no apkaudit at {options.binary}: build it or give --binary")
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        return show(paths, pool.map(lambda path: compare_package(path, inspect(options.binary, path)), paths))


if __name__ == "__main__":
    sys.exit(main())
