#pragma once

#include <cstdint>

/// Offsets in CPython's objects that are the same in every version heapscan reads, in bytes, from
/// the structures of that name in CPython's headers.
namespace heapscan::dump::cpython::offset {

// PyObject, PyVarObject; PyGC_Head lies in the 16 bytes before an object.
inline constexpr std::uint64_t kRefcount = 0;
inline constexpr std::uint64_t kType = 8;
inline constexpr std::uint64_t kSize = 16;
inline constexpr std::uint64_t kGcHeadSize = 16;
inline constexpr std::uint64_t kGcNext = 0;
inline constexpr std::uint64_t kGcPrevious = 8;

// PyTypeObject and PyHeapTypeObject.
inline constexpr std::uint64_t kTypeName = 24;
inline constexpr std::uint64_t kTypeBasicSize = 32;
inline constexpr std::uint64_t kTypeItemSize = 40;
inline constexpr std::uint64_t kTypeFlags = 168;
inline constexpr std::uint64_t kTypeWeakListOffset = 208;
inline constexpr std::uint64_t kTypeMembers = 240;
inline constexpr std::uint64_t kTypeBase = 256;
inline constexpr std::uint64_t kTypeDict = 264;
inline constexpr std::uint64_t kTypeDictOffset = 288;
inline constexpr std::uint64_t kTypeBases = 336;
inline constexpr std::uint64_t kTypeMro = 344;
inline constexpr std::uint64_t kTypeCache = 352;
inline constexpr std::uint64_t kTypeSubclasses = 360;
inline constexpr std::uint64_t kTypeFinalize = 392;
inline constexpr std::uint64_t kFlagStaticType = std::uint64_t{1} << 1U;  // Since 3.12.
inline constexpr std::uint64_t kFlagHeapType = std::uint64_t{1} << 9U;

// Bits of a code object's co_localspluskinds.
inline constexpr std::uint8_t kFlagCellVariable = 0x40;
inline constexpr std::uint8_t kFlagFreeVariable = 0x80;

// PyMemberDef.
inline constexpr std::uint64_t kMemberName = 0;
inline constexpr std::uint64_t kMemberType = 8;
inline constexpr std::uint64_t kMemberOffset = 16;
inline constexpr std::uint64_t kMemberDefSize = 40;

// An instance with a managed dict: the words before its PyGC_Head. Weak references take the place
// of values since 3.12.
inline constexpr std::uint64_t kManagedDictBefore = 24;
inline constexpr std::uint64_t kManagedValuesBefore = 32;
inline constexpr std::uint64_t kManagedHeaderSize = 16;

// PyDictObject and PyDictKeysObject.
inline constexpr std::uint64_t kDictKeys = 32;
inline constexpr std::uint64_t kDictValues = 40;
inline constexpr std::uint64_t kKeysRefcount = 0;
// DictKeysForm::kLog2
inline constexpr std::uint64_t kKeysLog2Size = 8;
inline constexpr std::uint64_t kKeysLog2IndexBytes = 9;
inline constexpr std::uint64_t kKeysKind = 10;
inline constexpr std::uint64_t kKeysUsable = 16;
inline constexpr std::uint64_t kKeysEntryCount = 24;
inline constexpr std::uint64_t kKeysIndices = 32;
// DictKeysForm::kSized
inline constexpr std::uint64_t kSizedKeysSize = 8;
inline constexpr std::uint64_t kSizedKeysEntryCount = 32;
inline constexpr std::uint64_t kSizedKeysIndices = 40;

// PyListObject, PyTupleObject, PySetObject, dequeobject.
inline constexpr std::uint64_t kListItems = 24;
inline constexpr std::uint64_t kListAllocated = 32;
inline constexpr std::uint64_t kSetMask = 32;
inline constexpr std::uint64_t kSetTable = 40;
inline constexpr std::uint64_t kSetSmallTable = 64;
inline constexpr std::uint64_t kSetEntrySize = 16;
inline constexpr std::uint64_t kDequeLeftBlock = 24;
inline constexpr std::uint64_t kDequeLeftIndex = 40;
inline constexpr std::uint64_t kDequeBlockItems = 8;
inline constexpr std::uint64_t kDequeBlockLength = 64;
inline constexpr std::uint64_t kDequeBlockRight = 520;
inline constexpr std::uint64_t kDequeBlockSize = 528;

// PyODictObject and _ODictNode.
inline constexpr std::uint64_t kOrderedDictFirst = 48;
inline constexpr std::uint64_t kOrderedDictFastNodes = 64;
inline constexpr std::uint64_t kOrderedDictFastNodesSize = 72;
inline constexpr std::uint64_t kOrderedDictInstanceDict = 96;
inline constexpr std::uint64_t kOrderedDictNodeKey = 0;
inline constexpr std::uint64_t kOrderedDictNodeNext = 16;
inline constexpr std::uint64_t kOrderedDictNodeSize = 32;

// PyUnicodeObject and its smaller forms, PyLongObject, PyFloatObject, PyBytesObject.
inline constexpr std::uint64_t kTextLength = 16;
inline constexpr std::uint64_t kTextState = 32;
inline constexpr std::uint64_t kIntDigits = 24;
inline constexpr std::uint64_t kFloatValue = 16;
inline constexpr std::uint64_t kBytesText = 32;
inline constexpr std::uint64_t kByteArrayAllocated = 24;

// PyWeakReference, PyModuleObject, PyModuleDef, PyCFunctionObject, PyCMethodObject, PyMethodDef.
inline constexpr std::uint64_t kWeakObject = 16;
inline constexpr std::uint64_t kWeakCallback = 24;
inline constexpr std::uint64_t kModuleDict = 16;
inline constexpr std::uint64_t kModuleDef = 24;
inline constexpr std::uint64_t kModuleState = 32;
inline constexpr std::uint64_t kModuleName = 48;
inline constexpr std::uint64_t kModuleDefStateSize = 56;
inline constexpr std::uint64_t kBuiltinMethodDef = 16;
inline constexpr std::uint64_t kBuiltinClass = 56;
inline constexpr std::uint64_t kMethodDefName = 0;
inline constexpr std::uint64_t kMethodDefFlags = 16;
inline constexpr std::uint32_t kMethodDefHasClass = 0x200;  // METH_METHOD

// functools._lru_cache_wrapper and its list elements.
inline constexpr std::uint64_t kLruCacheDict = 72;
inline constexpr std::uint64_t kLruNext = 24;

// Nodes of the tree behind contextvars.Context.
inline constexpr std::uint64_t kHamtArrayItems = 16;
inline constexpr std::uint64_t kHamtArrayLength = 32;
inline constexpr std::uint64_t kHamtItems = 32;

// itertools._tee_dataobject, datetime objects.
inline constexpr std::uint64_t kTeeDataCount = 24;
inline constexpr std::uint64_t kTeeDataItems = 40;
inline constexpr std::uint64_t kHasTimeZone = 24;

// xml.etree.ElementTree.Element and what it allocates when it has attributes or children.
inline constexpr std::uint64_t kElementText = 24;
inline constexpr std::uint64_t kElementTail = 32;
inline constexpr std::uint64_t kElementExtra = 40;
inline constexpr std::uint64_t kElementExtraAttributes = 0;
inline constexpr std::uint64_t kElementExtraLength = 8;
inline constexpr std::uint64_t kElementExtraAllocated = 16;
inline constexpr std::uint64_t kElementExtraChildren = 24;
inline constexpr std::uint64_t kElementExtraInlineChildren = 32;
inline constexpr std::uint64_t kElementExtraSize = 64;

// _lsprof.Profiler and its entries, which begin with a rotating_node_t.
inline constexpr std::uint64_t kProfilerEntries = 16;
inline constexpr std::uint64_t kProfilerEntryLeft = 8;
inline constexpr std::uint64_t kProfilerEntryRight = 16;
inline constexpr std::uint64_t kProfilerEntryFunction = 24;
inline constexpr std::uint64_t kProfilerEntrySize = 32;

// PyArrayObject_fields and PyArray_Descr of numpy 1.22 to 1.26.
inline constexpr std::uint64_t kNumpyData = 16;
inline constexpr std::uint64_t kNumpyDimensionCount = 24;
inline constexpr std::uint64_t kNumpyDimensions = 32;
inline constexpr std::uint64_t kNumpyDescriptor = 56;
inline constexpr std::uint64_t kNumpyFlags = 64;
inline constexpr std::uint32_t kNumpyOwnsData = 4;
inline constexpr std::uint32_t kNumpyMostDimensions = 32;
inline constexpr std::uint64_t kNumpyItemFlags = 27;
inline constexpr std::uint8_t kNumpyItemsCount = 1;  // Items have references to count.
inline constexpr std::uint64_t kNumpyTypeNumber = 28;
inline constexpr std::uint32_t kNumpyObject = 17;
inline constexpr std::uint64_t kNumpyItemSize = 32;

// Frame objects.
inline constexpr std::uint64_t kFrameObjectFrame = 24;

}  // namespace heapscan::dump::cpython::offset
