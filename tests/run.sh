#!/bin/sh
# Builds heapscan and runs its tests:
#     sh tests/run.sh [CMAKE-OPTION...]
# Works from any directory, on Debian 12 and Ubuntu 22.04 and 24.04, as root or as a user with sudo.
# Installs the packages that are missing (cli/setup.sh) and asks for nothing. Where the machine does
# not have the newest supported CPython, it is fetched for the tests into build/interpreters. Runs all
# tests but the long ones (labels bench, soak and fuzz-long). A second run builds only what has changed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/cli/setup.sh"

build=$root/build/release
logs=$build/logs

mkdir -p "$logs"
# shellcheck disable=SC2086  # One word for each package.
install_packages "$logs/packages.log" $build_packages $test_packages
choose_compiler "$logs/packages.log"
provide_python "$logs/packages.log"

# The tests look into every CPython that they find. One of the newest version must be among them.
newest=3.$(supported_minors | tail -n 1)
if ! command -v "python$newest" >/dev/null && ! ls "$HOME/.pyenv/versions/$newest".* >/dev/null 2>&1; then
  if python3 "$root/tests/support/fetch_interpreters.py" "$newest" >"$logs/interpreters.log" 2>&1; then
    say "CPython $newest: $(tail -n 1 "$logs/interpreters.log")"
  else
    cat "$logs/interpreters.log" >&2
    say "*** CPython $newest IS NOT TESTED: there is none here, and none could be fetched (see above) ***"
  fi
fi

build_heapscan release "$logs" all -DHEAPSCAN_TESTS=ON -DHEAPSCAN_BENCH=ON "$@"

say "tests: logs are in $logs and $build/Testing/Temporary"
exec ctest --test-dir "$build" -LE '^(bench|soak|fuzz-long)$' -j "$(nproc)" \
  --output-on-failure --no-tests=error --timeout 300 --output-log "$logs/tests.log"
