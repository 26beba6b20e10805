#!/bin/sh
# Makes the sample dumps, byte for byte the same each time.
# Usage: sample-dumps/make.sh HEAPSCAN [DIRECTORY]
set -eu

heapscan=${1:?usage: make.sh HEAPSCAN [DIRECTORY]}
directory=${2:-$(dirname "$0")}

# Not compressed: compressed bytes depend on the version of the library.
demo() {
  scenario=$1
  shift
  "$heapscan" demo "$scenario" -o "$directory/$scenario.hsd" --force --compression none "$@"
}

for scenario in circular-reference finalizer-cycle weak-reference-cure listener-leak closure-leak \
    slots-against-dict interning list-array-generator; do
  demo "$scenario"
done
demo fragmentation --steps 16
demo unbounded-cache --steps 3 --series
