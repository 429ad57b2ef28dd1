#!/usr/bin/env bash
# Makes the two fonts of this folder anew. They are kept, not made at build time, so that a
# binary needs nothing of the machine it is built on. Needs Debian 12's fonts-noto-cjk, npm and
# Python 3; takes a minute. The fonts' SHA-256 stand in src/codec/paper/fonts.rs.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install fonttools==4.68.0 brotli==1.2.1 pypinyin==0.55.0 pypinyin-dict==0.9.0
(cd "$work" && npm pack --silent @fontsource/noto-sans-mongolian@5.3.0 >/dev/null && tar xzf ./*.tgz)

# GB 2312, the 8,105 characters of the Table of General Standard Chinese Characters, the common
# traditional ones of Big5's first level, which names have, and the scripts and signs beside them.
"$work/venv/bin/python" - >"$work/characters" <<'PYTHON'
from pypinyin_dict.pinyin_data.ktghz2013 import pinyin_dict

def characters(codec, first, last):
    for high in range(first, last + 1):
        for low in range(0x40, 0xFF):
            try:
                yield bytes([high, low]).decode(codec)
            except UnicodeDecodeError:
                pass

ranges = [(0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x259, 0x259), (0x1CD, 0x1DC),
          (0x2C7, 0x2CB), (0x2D9, 0x2D9), (0x300, 0x30C), (0x391, 0x3C9), (0x401, 0x451),
          (0x2000, 0x200A), (0x2010, 0x2027), (0x202F, 0x203E), (0x20A0, 0x20BF),
          (0x2100, 0x214F), (0x2150, 0x218B), (0x2190, 0x21FF), (0x2200, 0x22FF),
          (0x2460, 0x24FF), (0x2500, 0x257F), (0x25A0, 0x25FF), (0x2600, 0x2642),
          (0x2713, 0x2718), (0x2E80, 0x2FDF), (0x3000, 0x303F), (0x3200, 0x33FF),
          (0xFE10, 0xFE1F), (0xFE30, 0xFE6B), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6), (0xFFFD, 0xFFFD)]
wanted = {chr(c) for c in pinyin_dict}
wanted |= set(characters("gb2312", 0xA1, 0xF7)) | set(characters("big5", 0xA4, 0xC6))
for first, last in ranges:
    wanted |= {chr(c) for c in range(first, last + 1)}
print("".join(sorted(wanted)), end="")
PYTHON

subset() { # subset FROM TO OPTION...
    "$work/venv/bin/pyftsubset" "$1" --output-file="$2" --no-hinting --name-IDs='0,1,2,4,5,6,13,14' \
        --no-recalc-timestamp "${@:3}"
}
# Face 2 of the collection is Simplified Chinese. Nothing here is set by features or vertically.
subset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc NotoSansSC-Regular.subset.otf \
    --font-number=2 --text-file="$work/characters" --layout-features='' \
    --drop-tables+=vhea,vmtx,VORG,BASE,GPOS,GSUB
# Mongolian keeps its features: they join the letters.
"$work/venv/bin/fonttools" ttLib.woff2 decompress -o "$work/mongolian.ttf" \
    "$work/package/files/noto-sans-mongolian-mongolian-400-normal.woff2" 2>/dev/null
subset "$work/mongolian.ttf" NotoSansMongolian-Regular.ttf --unicodes='*' --layout-features='*'
sha256sum ./*.otf ./*.ttf
ls -l ./*.otf ./*.ttf
