#pragma once

#include "dump/cpython/layout.h"

/// One table for each minor version of CPython, each in a file of its own, written after that
/// version's headers and compared with them by
/// tests/end_to_end/layouts_agree_with_the_headers_test.py.
namespace heapscan::dump::cpython {

extern const Layout kPython38;
extern const Layout kPython39;
extern const Layout kPython310;
extern const Layout kPython311;
extern const Layout kPython312;
extern const Layout kPython313;

}  // namespace heapscan::dump::cpython
