#!/usr/bin/env bash
# Fetches the browser's vendored packages from npm again, into a folder of its own, and says which
# file is not what the package has. Needs the network; `--local` compares with SHA256SUMS only.
set -euo pipefail

vendor=$(cd "$(dirname "$0")/../src/http/web/vendor" && pwd)
cd "$vendor"
sha256sum --check --strict --quiet SHA256SUMS
# What has no digest, or only one, came in unseen.
listed=$(sed 's/^[0-9a-f]*  //' SHA256SUMS | LC_ALL=C sort)
present=$(find . -type f ! -name README.md ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort)
diff <(echo "$listed") <(echo "$present") >&2 || { echo "SHA256SUMS and the folder differ" >&2; exit 1; }
[ "${1:-}" = --local ] && exit 0

fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT
failed=0
while IFS='|' read -r _ file package version path _; do
    read -r file package version path <<<"$file $package $version $path"
    home=$fetched/${package//\//-}-$version
    if [ ! -d "$home" ]; then
        mkdir "$home"
        archive=$(cd "$home" && npm pack --silent "$package@$version")
        tar -xzf "$home/$archive" -C "$home"
    fi
    if cmp --silent "$home/package/$path" "$file"; then
        echo "same: $file ($package $version)"
    else
        echo "NOT the same: $file ($package $version $path)" >&2
        failed=1
    fi
done < <(grep -E '^\| [a-z].*/' README.md)
exit "$failed"
