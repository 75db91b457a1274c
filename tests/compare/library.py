"""What Python's own XML parser says of a library (AAR): its manifest is plain
text, and aapt2 reads no such file."""

import xml.etree.ElementTree as ElementTree
import zipfile
from collections import Counter

from aapt2 import COMPONENTS, qualified

ANDROID = "{http://schemas.android.com/apk/res/android}"


class Unreadable(Exception):
    """No manifest that an XML parser accepts."""


def facts(path):
    with zipfile.ZipFile(path) as archive:
        try:
            root = ElementTree.fromstring(archive.read("AndroidManifest.xml"))
        except ElementTree.ParseError as error:
            raise Unreadable(f"the manifest is no XML: {error}") from error
    package = root.get("package", "")
    sdk = root.find("uses-sdk")
    sdk = sdk if sdk is not None else ElementTree.Element("uses-sdk")
    code = root.get(f"{ANDROID}versionCode")
    return {
        "package": package,
        "version_code": int(code, 0) if code else None,
        "version_name": root.get(f"{ANDROID}versionName"),
        "min_sdk": sdk.get(f"{ANDROID}minSdkVersion"),
        "target_sdk": sdk.get(f"{ANDROID}targetSdkVersion"),
        "permissions": {
            (asked.get(f"{ANDROID}name"), int(last, 0) if (last := asked.get(f"{ANDROID}maxSdkVersion")) else None)
            for asked in root
            if asked.tag in ("uses-permission", "uses-permission-sdk-23") and asked.get(f"{ANDROID}name")
        },
        "components": Counter(
            (child.tag, qualified(package, child.get(f"{ANDROID}name")))
            for child in root.iterfind("application/*")
            if child.tag in COMPONENTS and child.get(f"{ANDROID}name")
        ),
    }
