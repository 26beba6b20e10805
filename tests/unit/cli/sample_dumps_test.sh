#!/bin/sh
# The sample dumps are what make.sh makes with this heapscan, and none is larger than 200 KiB.
# Usage: sample_dumps_test.sh HEAPSCAN SAMPLE_DUMPS
set -eu

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$2/make.sh" "$1" "$made" 2> /dev/null

[ "$(cd "$2" && echo *.hsd)" = "$(cd "$made" && echo *.hsd)" ] || {
  echo "sample-dumps has other dumps than make.sh makes" >&2
  exit 1
}
for dump in "$2"/*.hsd; do
  cmp "$dump" "$made/$(basename "$dump")"
  [ "$(wc -c < "$dump")" -lt 204800 ] || { echo "$dump is larger than 200 KiB" >&2; exit 1; }
done
