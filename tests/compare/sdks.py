#!/usr/bin/env python3
"""Compares the SDKs that apkaudit finds with those that a file is known to hold.

  tests/compare/sdks.py                    the files of fixtures/corpus.toml in target/corpus
  tests/compare/sdks.py --corpus DIR       in another folder
  tests/compare/sdks.py --only NAME        packages whose name holds NAME
  tests/compare/sdks.py --small            the small set that CI fetches
  tests/compare/sdks.py --markdown         a table for a document
  tests/compare/sdks.py --rest DIR ...     what is found in files of which nothing is known
  tests/compare/sdks.py --self-test        wrong answers are found out; needs no binary

See README.md beside this file.

Exit code: 0 all as expected, 1 a difference, 2 wrong use or files are missing.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "fixtures" / "corpus.toml"
KINDS = {".apk", ".aab", ".aar", ".apks", ".xapk", ".apkm", ".jar"}
INSIDE = ("present", "likely")
ROOTS = 4  # unknown roots that a row shows


# ---------------------------------------------------------------- what is expected


def entries(only="", small=False):
    """Files of which it is known what SDKs they hold."""
    with open(CATALOGUE, "rb") as file:
        for entry in tomllib.load(file)["package"]:
            if "sdks" in entry and only in entry["package"] and (entry.get("small") or not small):
                yield entry


def target_of(entry, corpus):
    """Where fetch-corpus.py puts a file."""
    folder = f"{entry['package'].replace('/', '+')}-{entry['version']}"
    return corpus / entry["registry"] / folder / entry["path"].rsplit("/", 1)[-1]


def title_of(entry):
    return f"{entry['package']} {entry['version']}: {entry['path'].rsplit('/', 1)[-1]}"


# ---------------------------------------------------------------- what apkaudit says


def inspect(binary, path):
    """The SDKs that apkaudit finds in a file, or why there is no answer."""
    done = subprocess.run((binary, "inspect", "-f", "json", path), capture_output=True)
    try:
        answer = json.loads(done.stdout)["inputs"][0]
        return answer["facts"]["sdks"] if answer.get("facts") else {"error": str(answer.get("error"))}
    except (ValueError, LookupError) as error:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [str(error)]
        return {"error": f"no JSON, exit code {done.returncode}: {said[-1]}"}


class Row:
    """One file: what is expected in it, what is found, and the differences."""

    def __init__(self, title, expected, versions, answer):
        self.title = title
        self.expected = expected
        self.differences = []
        self.found = [sdk for sdk in answer.get("found", []) if sdk["status"] in INSIDE]
        self.roots = [(root["name"], root["classes"]) for root in answer.get("unknown", [])]
        self.proven = {}
        if "error" in answer:
            self.differences.append(f"not read: {answer['error']}")
            return
        self.proven = {sdk["id"]: sdk["version"]["value"] for sdk in self.found if sdk.get("version")}
        if expected is None:
            return
        status = {sdk["id"]: sdk["status"] for sdk in self.found}
        for sdk in expected:
            if status.get(sdk) is None:
                self.differences.append(f"{sdk} is not found")
            elif status[sdk] != "present":
                self.differences.append(f"{sdk} is only {status[sdk]}")
        self.phantoms = sorted(set(status) - set(expected))
        self.differences += [f"{sdk} is found and not inside" for sdk in self.phantoms]
        for sdk, version in versions.items():
            if self.proven.get(sdk) != version:
                self.differences.append(f"{sdk} has version {version}, apkaudit says {self.proven.get(sdk, 'none')}")

    phantoms = ()

    @property
    def right(self):
        """SDKs that are expected and proven to be inside."""
        present = {sdk["id"] for sdk in self.found if sdk["status"] == "present"}
        return present & set(self.expected or ())

    def said(self):
        """What is found, in words."""
        words = []
        for sdk in self.found:
            version = f" {self.proven[sdk['id']]}" if sdk["id"] in self.proven else ""
            words.append(f"{sdk['id']}{version} ({sdk['status']})")
        return ", ".join(words) or "none"

    def unknown(self):
        shown = [f"{name} ({classes})" for name, classes in self.roots[:ROOTS]]
        if len(self.roots) > ROOTS:
            shown.append(f"{len(self.roots) - ROOTS} more")
        return ", ".join(shown) or "none"


def row_of(binary, entry, path):
    return Row(title_of(entry), entry["sdks"], entry.get("versions", {}), inspect(binary, path))


# ---------------------------------------------------------------- what is shown


def show(rows, markdown):
    """Prints the rows and what they add up to; gives the exit code."""
    if markdown:
        print("| file | inside | found, with version | unknown roots |")
        print("|---|---|---|---|")
    for row in rows:
        expected = "not known" if row.expected is None else ", ".join(row.expected) or "none"
        if markdown:
            wrong = f" **{'; '.join(row.differences)}**" if row.differences else ""
            print(f"| {row.title} | {expected} | {row.said()}{wrong} | {row.unknown()} |")
            continue
        print(f"{'DIFFERS' if row.differences else 'ok     '}  {row.title}")
        print(f"         inside: {expected}")
        print(f"         found: {row.said()}")
        if row.roots:
            print(f"         unknown: {row.unknown()}")
        for difference in row.differences:
            print(f"         ! {difference}")
    if markdown:
        print()
    for what, number in totals(rows).items():
        print(f"{number:>5} {what}")
    wrong = sum(1 for row in rows if row.differences)
    print(f"{len(rows) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


def totals(rows):
    known = [row for row in rows if row.expected is not None]
    right = Counter(sdk for row in known for sdk in row.right)
    proven = {sdk for row in known for sdk in row.proven if sdk in row.right}
    return {
        "files": len(rows),
        "SDKs expected in them, times": sum(len(row.expected) for row in known),
        "SDKs found, proven to be inside, times": sum(right.values()),
        "different SDKs identified as themselves": len(right),
        "SDKs found that are not inside": sum(len(row.phantoms) for row in known),
        "versions proven, times": sum(len(row.right & set(row.proven)) for row in known),
        "different SDKs with a version": len(proven),
    }


# ---------------------------------------------------------------- self-test


def self_test():
    """Feeds answers that are right and answers that are wrong."""

    def found(sdk, status="present", version=None):
        return {"id": sdk, "status": status, "version": version and {"value": version}}

    right = {"found": [found("jpush", version="5.0.4"), found("getui"), found("hms", "reference-only")]}
    cases = [
        ("a right answer", right, ["getui", "jpush"], {"jpush": "5.0.4"}, 0),
        ("an SDK that is expected and not found", right, ["getui", "jpush", "umeng"], {}, 1),
        ("an SDK that is found and not expected", right, ["jpush"], {}, 1),
        ("only named, though expected", right, ["getui", "hms", "jpush"], {}, 1),
        ("nothing expected in a file that holds some", right, [], {}, 1),
        ("nothing expected and nothing found", {"found": []}, [], {}, 0),
        ("only likely", {"found": [found("jpush", "likely")]}, ["jpush"], {}, 1),
        ("likely and not expected", {"found": [found("jpush", "likely")]}, [], {}, 1),
        ("another version", right, ["getui", "jpush"], {"jpush": "5.0.5"}, 1),
        ("no version though one is known", right, ["getui", "jpush"], {"getui": "3.2"}, 1),
        ("a file that is not read", {"error": "broken"}, [], {}, 1),
    ]
    passed = failed = 0
    for what, answer, expected, versions, wrong in cases:
        differs = 1 if Row("file", expected, versions, answer).differences else 0
        passed, failed = passed + (differs == wrong), failed + (differs != wrong)
        print(f"{'ok    ' if differs == wrong else 'FAILED'}  {what}: {'a difference' if differs else 'no difference'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def rest_of(paths):
    """Packages below some folders, each content once."""
    seen = set()
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.suffix.lower() not in KINDS or not file.is_file():
                continue
            digest = hashlib.sha256(file.read_bytes()).digest()
            if digest not in seen:
                seen.add(digest)
                yield file


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="See README.md beside this script.")
    words.add_argument("--corpus", type=Path, default=ROOT / "target" / "corpus", metavar="DIR", help="where fetch-corpus.py put the files")
    words.add_argument("--binary", default=ROOT / "target" / "release" / "apkaudit", metavar="PATH", help="the apkaudit to ask")
    words.add_argument("--only", default="", metavar="NAME", help="only packages whose name holds NAME")
    words.add_argument("--small", action="store_true", help="only the small set")
    words.add_argument("--markdown", action="store_true", help="print a Markdown table")
    words.add_argument("--rest", nargs="+", type=Path, metavar="PATH", help="instead list what is found in these packages or folders, to be read by a person")
    words.add_argument("--self-test", action="store_true", help="show that wrong answers are found out")
    words.add_argument("--jobs", type=int, default=2, metavar="N", help="files at once (default 2)")
    options = words.parse_args()

    if options.self_test:
        return self_test()
    if not Path(options.binary).is_file():
        words.error(f"no apkaudit at {options.binary}: build it or give --binary")
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        if options.rest:
            files = list(rest_of(options.rest))
            rows = pool.map(lambda file: Row(str(file), None, {}, inspect(options.binary, file)), files)
            return show(list(rows), options.markdown)
        wanted = [(entry, target_of(entry, options.corpus)) for entry in entries(options.only, options.small)]
        if not wanted:
            words.error(f"nothing in {CATALOGUE.name} fits")
        missing = [path for _, path in wanted if not path.is_file()]
        if missing:
            print(f"sdks.py: {len(missing)} of {len(wanted)} files are not there, such as {missing[0]}:", file=sys.stderr)
            print("  get them with fixtures/fetch-corpus.py --set all", file=sys.stderr)
            return 2
        return show(list(pool.map(lambda one: row_of(options.binary, *one), wanted)), options.markdown)


if __name__ == "__main__":
    sys.exit(main())
