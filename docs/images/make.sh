#!/usr/bin/env bash
# Takes the pictures of the docs from the demo's page; needs Debian's chromium and Noto fonts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
(cd "$room" && "$here/../../.venv/bin/monitor" demo > /dev/null 2>&1)
page="file://$room/state/demo/digests/latest.html"

shoot() {  # name, width, height, further flags
  chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$room/$1" --window-size="$2,$3" --screenshot="$here/$1.png" "${@:4}" "$page" 2> /dev/null
}

shoot digest 900 1000
shoot digest-phone 420 1000
shoot digest-dark 900 1000 --blink-settings=preferredColorScheme=0
shoot digest-phone-dark 420 1000 --blink-settings=preferredColorScheme=0
