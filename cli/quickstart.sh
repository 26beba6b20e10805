#!/bin/sh
# Builds heapscan and shows it at work on a leaking Python program:
#     sh cli/quickstart.sh
# Works from any directory, on Debian 12 and Ubuntu 22.04 and 24.04, as root or as a user with sudo.
# Installs missing packages (cli/setup.sh) without asking questions, and writes only under build/.
# A second run rebuilds only what has changed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/cli/setup.sh"

out=$root/build/quickstart
program_pid=
pipes=

# Runs however the script ends, so that the leaking program never outlives it.
clean_up() {
  [ -z "$program_pid" ] || kill "$program_pid" 2>/dev/null || true
  [ -z "$pipes" ] || rm -rf "$pipes"
}

# The optimised build is used where there is one. A first look needs less, and is there in half the
# time.
choose_build() {
  preset=quick
  [ ! -f "$root/build/release/build.ninja" ] || preset=release
  heapscan=$root/build/$preset/cli/heapscan
}

start_program() {
  pipes=$(mktemp -d)
  mkfifo "$pipes/requests" "$pipes/answers"
  # -I -S: run the program alone, without loading modules from site-packages.
  "$python" -IS "$root/cli/quickstart_leak.py" <"$pipes/requests" >"$pipes/answers" &
  program_pid=$!
  exec 3>"$pipes/requests" 4<"$pipes/answers"
}

# Has the program serve the given number of requests, and waits until it is done.
serve() {
  printf '%d\n' "$1" >&3
  read -r answer <&4 || fail 'the leaking program exited unexpectedly'
  say "the program: $answer"
}

# Prints a heapscan command, then runs it.
show() {
  printf '\n$ heapscan'
  printf ' %s' "$@"
  printf '\n'
  "$heapscan" "$@"
}

mkdir -p "$out"
# shellcheck disable=SC2086  # One word for each package.
install_packages "$out/packages.log" $build_packages $quickstart_packages
choose_compiler "$out/packages.log"
provide_python "$out/packages.log"
choose_build
build_heapscan "$preset" "$out" heapscan

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE
cd "$out"
rm -f before.hsd after.hsd session.dot session.svg
start_program
say "a web shop that leaks: $python cli/quickstart_leak.py, process $program_pid"
serve 10000
show capture "$program_pid" -o before.hsd
serve 5000
show capture "$program_pid" -o after.hsd

show inspect after.hsd --limit 8
show diff before.hsd after.hsd

# Pick any session, to draw what holds it.
session=$("$heapscan" inspect after.hsd --type __main__.Session --limit 1 --format json |
  "$python" -c 'import json, sys; print(json.load(sys.stdin)["type"]["biggest"][0]["address"])')
show export after.hsd --object "$session" --depth 2 -o session.dot
dot -Tsvg session.dot -o session.svg
say "graph of what holds a session: $out/session.svg"

status=0
show gate before.hsd after.hsd --max-growth 5% || status=$?
[ "$status" -eq 1 ] || fail "the gate exited with $status, but 1 (a leak) was expected"
say "exit code 1: the gate found the leak, as expected"

say
say "dumps and graph are in $out"
say "next, try: $heapscan --help"
[ "$preset" = release ] ||
  say "for large heaps, build it optimised: cmake --preset release && cmake --build --preset release"
