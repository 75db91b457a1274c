#!/bin/sh
# Fills fuzz/corpus/<target> with real files to start from: the parts of the
# apps in fixtures/apps and the files of fixtures/decode.
set -eu
cd "$(dirname "$0")/.."
seed() { # target, file
    mkdir -p "fuzz/corpus/$1"
    cp "$2" "fuzz/corpus/$1/$(cksum <"$2" | tr ' ' '-')"
}
for document in fixtures/policies/*/*.pdf fixtures/policies/*/*.docx \
    fixtures/policies/*/*.html fixtures/policies/*/*.md; do
    seed prose "$document"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for app in fixtures/apps/*/*.apk fixtures/apps/*/*.aab fixtures/apps/*/*.aar; do
    seed zip "$app"
    unzip -qo "$app" -d "$work/$(basename "$app")"
done
cp -r fixtures/decode/binary "$work/binary.apk"
cp -r fixtures/decode/proto "$work/proto.aab"
cp -r fixtures/decode/src "$work/src.aar"
find "$work" -type f | sort | while read -r file; do
    case $file in
    *.apk/*.xml) seed axml "$file" ;;
    *.aab/*.xml) seed protoxml "$file" ;;
    *.aar/*.xml) seed plainxml "$file" ;;
    *.arsc) seed arsc "$file" ;;
    */resources.pb) seed protores "$file" ;;
    *.dex) seed dex "$file" ;;
    *.so) seed elf "$file" ;;
    esac
done
