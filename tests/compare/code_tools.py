"""What dexdump and javap say of bytecode."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

CODE = re.compile(rb"^      code          [-:]")
INVOKE = re.compile(rb"\|[0-9a-f]+: invoke-")
AT_ONCE = 2000  # class files for one javap
CLASS = re.compile(rb"^  Class descriptor  : 'L(.*);'")


class Unreadable(Exception):
    """The tool cannot read the file; the text is its own reason."""


def member(path, place):
    """Bytes of a file inside a package: `base.apk!/assets/a.jar!/classes.dex`."""
    stream = path
    for name in place.split("!/"):
        with zipfile.ZipFile(stream) as archive:
            stream = io.BytesIO(archive.read(name))
    return stream.getvalue()


def dex_facts(data):
    """Of one DEX file: counts of classes, methods and invokes, class names."""
    with tempfile.NamedTemporaryFile(suffix=".dex") as file:
        file.write(data)
        file.flush()
        tool = subprocess.Popen(
            ("dexdump", "-d", file.name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1 << 20
        )
        methods = invokes = 0
        names, classes = set(), 0
        for line in tool.stdout:
            if b"|" in line:
                invokes += INVOKE.search(line) is not None
            elif line.startswith(b"      code  "):
                methods += CODE.match(line) is not None
            elif line.startswith(b"  Class descriptor"):
                name = CLASS.match(line).group(1).decode("utf-8", "replace")
                names.add(name.replace("/", "."))
                classes += 1
        errors = tool.stderr.read().decode("utf-8", "replace")
        if tool.wait() != 0:
            raise Unreadable(reason(errors) or f"exit code {tool.returncode}")
    return {"classes": classes, "methods": methods, "invokes": invokes, "names": names}


def reason(errors):
    lines = [line.split("] ", 1)[-1].strip() for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def jar_facts(data):
    """Counts of one JAR: classes and methods, as javap shows them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, tempfile.TemporaryDirectory() as folder:
        names = sorted({name for name in archive.namelist() if name.endswith(".class") and not name.endswith("module-info.class")})
        for index, name in enumerate(names):
            (Path(folder) / f"{index}.class").write_bytes(archive.read(name))
        methods = 0
        for first in range(0, len(names), AT_ONCE):
            files = [f"{index}.class" for index in range(first, min(first + AT_ONCE, len(names)))]
            methods += javap_methods(folder, files)
    return {"classes": len(names), "methods": methods}


def javap_methods(folder, files):
    done = subprocess.run(("javap", "-p", *files), cwd=folder, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise Unreadable((done.stderr.strip().splitlines() or ["javap failed"])[-1])
    return sum(
        line.startswith("  ") and line.endswith(";") and ("(" in line or line.endswith(" static {};"))
        for line in done.stdout.splitlines()
    )


def missing_tools():
    brings = {"aapt2": "aapt", "dexdump": "dexdump", "javap": "openjdk-17-jdk-headless"}
    return [f"{tool} (Debian package {package})" for tool, package in brings.items() if not shutil.which(tool)]
