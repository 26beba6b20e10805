# Shared by cli/quickstart.sh, tests/run.sh and .ci/run: the packages that heapscan needs, how to
# install them, and how to build it. To be sourced with `root` set to the source tree.
# shellcheck shell=sh
# shellcheck disable=SC2034  # The lists are used by the scripts that source this file.
# shellcheck disable=SC2154  # They also set root.

# Package names on Debian 12 and Ubuntu 22.04 and 24.04.

build_packages='g++ cmake ninja-build ccache pkg-config libboost-graph-dev libcli11-dev
  libedit-dev libsqlite3-dev libspdlog-dev libfmt-dev libzstd-dev libxxhash-dev
  nlohmann-json3-dev zlib1g-dev'
quickstart_packages='python3 graphviz'
test_packages="$quickstart_packages libgtest-dev libbenchmark-dev mandoc python3-dev gdb
  libxml2-utils python3-pytest python3-yaml sqlite3 patchelf"
check_packages='clang-format-14 clang-tidy-14 shellcheck git'

say() {
  printf '%s\n' "$*"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Whether apt has a source for the package.
is_available() {
  apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

# Sets `as_root` to the prefix that runs a command as root.
find_root() {
  as_root=
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || return 1
  if sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  elif [ -t 0 ]; then
    as_root=sudo
  else
    return 1
  fi
}

apt_install() {
  # shellcheck disable=SC2086  # as_root is a command with an option, or empty.
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
    install --no-install-recommends "$@" >>"$install_log" 2>&1 </dev/null
}

apt_update() {
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 \
    update >>"$install_log" 2>&1 </dev/null
}

# install_packages LOG PACKAGE...: installs the missing ones among the packages, without asking
# questions. The output of apt goes to the file LOG.
install_packages() {
  install_log=$1
  shift
  command -v apt-get >/dev/null ||
    fail "this system has no apt-get; install the equivalent of these packages and build with cmake: $*"
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  missing=${missing# }
  if [ -z "$missing" ]; then
    say 'packages: all installed'
    return 0
  fi
  find_root || fail "these packages are missing, and installing them requires root or sudo:
  apt-get install $missing"
  say "packages: installing $missing"
  lists=present
  for package in $missing; do
    is_available "$package" || lists=missing
  done
  [ "$lists" = present ] || apt_update || fail "apt-get update failed, see $install_log"
  # The lists may be present but out of date: retry once with fresh ones.
  # shellcheck disable=SC2086  # One word for each package.
  apt_install $missing || { apt_update && apt_install $missing; } ||
    fail "apt-get could not install $missing, see $install_log"
}

# heapscan needs the C++20 of g++ 12. If g++ is older, a newer one is installed alongside.
choose_compiler() {
  [ -z "${CXX:-}" ] || return 0
  if [ "$(g++ -dumpversion | cut -d. -f1)" -lt 12 ]; then
    is_installed g++-12 || install_packages "$1" g++-12
    export CXX=g++-12
  fi
}

# The minor versions of CPython 3 that heapscan supports, oldest first: those that it has a table of.
supported_minors() {
  for table in "$root"/dump/cpython/layouts/python_3_*.h; do
    minor=${table##*/python_3_}
    case $minor in
      *_*) ;; # Of a later patch.
      *) printf '%s\n' "${minor%.h}" ;;
    esac
  done | sort -n
}

is_supported_python() {
  # shellcheck disable=SC2046  # One word for each version.
  "$1" -c 'import platform, sys
supported = sys.version_info[0] == 3 and str(sys.version_info[1]) in sys.argv[1:]
sys.exit(not supported or platform.python_implementation() != "CPython")' \
    $(supported_minors) 2>/dev/null
}

# Sets `python` to a CPython that heapscan supports.
find_python() {
  for candidate in python3 /usr/bin/python3 $(supported_minors | sort -nr | sed 's/^/python3./'); do
    if is_supported_python "$candidate"; then
      python=$("$candidate" -c 'import sys; print(sys.executable)')
      return 0
    fi
  done
  return 1
}

# provide_python LOG: the same, installing the newest that the distribution has.
provide_python() {
  find_python && return 0
  for minor in $(supported_minors | sort -nr); do
    if is_available "python3.$minor"; then
      install_packages "$1" "python3.$minor"
      break
    fi
  done
  find_python || fail "heapscan supports CPython 3.$(supported_minors | head -n 1) to \
3.$(supported_minors | tail -n 1), and there is none here: python3 is
  '$(python3 -V 2>&1)' and apt has no other for this system. Install one (from source, pyenv, the
  deadsnakes PPA) under its name in PATH, python3.$(supported_minors | tail -n 1), and run this again."
}

# logged STEP LOG COMMAND...: runs the command with its output in LOG, and shows the end of LOG if
# the command fails.
logged() {
  step=$1
  log=$2
  shift 2
  "$@" >"$log" 2>&1 </dev/null && return 0
  tail -n 60 "$log" >&2
  fail "$step failed; the full output is in $log"
}

# build_heapscan PRESET LOGS TARGET CMAKE-OPTION...: brings build/PRESET up to date.
build_heapscan() {
  preset=$1
  logs=$2
  target=$3
  shift 3
  began=$(date +%s)
  cd "$root" || fail "no directory $root"
  logged 'configuring' "$logs/configure.log" cmake --preset "$preset" "$@"
  logged 'building' "$logs/build.log" \
    cmake --build --preset "$preset" --target "$target" -j "$(nproc)"
  say "build: $root/build/$preset ($(($(date +%s) - began)) s)"
}
