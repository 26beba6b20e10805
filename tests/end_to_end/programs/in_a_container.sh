#!/bin/sh
# Usage: in_a_container.sh DIRECTORY PYTHON PROGRAM...
# Becomes PYTHON in a directory that only this mount namespace has, running PROGRAM.
set -eu
directory=$1
python=$2
shift 2
mount -t tmpfs none "$directory"
cp "$python" "$directory/python"
exec "$directory/python" "$@"
