#pragma once

#include "dump/cpython/layouts/layout.h"

/// One table for each minor version of CPython (3.13 and 3.14 have more, as their structures
/// changed under way), each in a file of its own, written after that version's headers and compared
/// with them by tests/end_to_end/layouts_agree_with_the_headers_test.py.
namespace heapscan::dump::cpython {

extern const Layout kPython38;
extern const Layout kPython39;
extern const Layout kPython310;
extern const Layout kPython311;
extern const Layout kPython312;
extern const Layout kPython313;
// By the first patch that is known to have it.
extern const Layout kPython31315;
extern const Layout kPython3140;
extern const Layout kPython3144;
extern const Layout kPython3145;

}  // namespace heapscan::dump::cpython
