#pragma once

#include "dump/index.h"

namespace heapscan::analysis {

/// Rows of the tables of one SignatureTree. Those of different trees are unrelated.
using NodeId = dump::Index<struct SignatureNodeTag>;
using LabelId = dump::Index<struct SignatureLabelTag>;
using TypeNameId = dump::Index<struct SignatureTypeNameTag>;

}  // namespace heapscan::analysis
