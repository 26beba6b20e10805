"""What each number of heapscan's tables of CPython's structures is, in C.

FIELDS has a line for each field of `struct Layout` (dump/cpython/layout.h): the field, the minor
versions of CPython 3 (from-to), and the C expression whose value it must be in their headers. A
field of which no line speaks for a version must be 0, or left out, in the table of that version.

To add a version: write its table (dump/cpython/layouts/python_3_N.cc) and widen here the ranges of
the expressions that its headers still have; for the others, add lines. ROOTS is the same for the
tables of root pointers (offset, number, bytes from each to the next), by their labels. OBJECTS is the
same for object_layout.h, whose numbers hold for every version. Structures that only a .c file of
CPython declares are in no header: the agreement with the interpreter itself is their test.
"""

FIELDS = """
runtime.interpreters_head        8-14   offsetof(_PyRuntimeState, interpreters.head)
runtime.main_thread              8-14   offsetof(_PyRuntimeState, main_thread)
runtime.gc                       8-8    offsetof(_PyRuntimeState, gc)

interpreter.next                 8-14   offsetof(PyInterpreterState, next)
interpreter.threads_head         8-10   offsetof(PyInterpreterState, tstate_head)
interpreter.threads_head         11-14  offsetof(PyInterpreterState, threads.head)
interpreter.id                   8-14   offsetof(PyInterpreterState, id)
interpreter.gc                   9-14   offsetof(PyInterpreterState, gc)
interpreter.modules              8-11   offsetof(PyInterpreterState, modules)
interpreter.modules              12-14  offsetof(PyInterpreterState, imports.modules)
interpreter.modules_by_index     8-11   offsetof(PyInterpreterState, modules_by_index)
interpreter.modules_by_index     12-14  offsetof(PyInterpreterState, imports.modules_by_index)
interpreter.sysdict              8-14   offsetof(PyInterpreterState, sysdict)
interpreter.builtins             8-14   offsetof(PyInterpreterState, builtins)
interpreter.importlib            8-11   offsetof(PyInterpreterState, importlib)
interpreter.importlib            12-14  offsetof(PyInterpreterState, imports.importlib)
interpreter.codec_search_path    8-12   offsetof(PyInterpreterState, codec_search_path)
interpreter.codec_search_path    13-14  offsetof(PyInterpreterState, codecs.search_path)
interpreter.codec_search_cache   8-12   offsetof(PyInterpreterState, codec_search_cache)
interpreter.codec_search_cache   13-14  offsetof(PyInterpreterState, codecs.search_cache)
interpreter.codec_error_registry 8-12   offsetof(PyInterpreterState, codec_error_registry)
interpreter.codec_error_registry 13-14  offsetof(PyInterpreterState, codecs.error_registry)
interpreter.dict                 8-14   offsetof(PyInterpreterState, dict)
interpreter.builtins_copy        8-14   offsetof(PyInterpreterState, builtins_copy)
interpreter.import_func          8-11   offsetof(PyInterpreterState, import_func)
interpreter.import_func          12-14  offsetof(PyInterpreterState, imports.import_func)
interpreter.before_forkers       8-14   offsetof(PyInterpreterState, before_forkers)
interpreter.after_forkers_parent 8-14   offsetof(PyInterpreterState, after_forkers_parent)
interpreter.after_forkers_child  8-14   offsetof(PyInterpreterState, after_forkers_child)
interpreter.audit_hooks          8-14   offsetof(PyInterpreterState, audit_hooks)
interpreter.exit_module          8-9    offsetof(PyInterpreterState, pyexitmodule)
interpreter.exit_callbacks       10-14  offsetof(PyInterpreterState, atexit.callbacks)
interpreter.identifiers          10-14  offsetof(PyInterpreterState, unicode.ids)

static_types.builtins            12-12  offsetof(PyInterpreterState, types.builtins)
static_types.builtins            13-14  offsetof(PyInterpreterState, types.builtins.initialized)
static_types.extensions          13-14  offsetof(PyInterpreterState, types.for_extensions.initialized)
static_types.builtin_count       12-12  _Py_MAX_STATIC_BUILTIN_TYPES
static_types.builtin_count       13-14  _Py_MAX_MANAGED_STATIC_BUILTIN_TYPES
static_types.extension_count     13-14  _Py_MAX_MANAGED_STATIC_EXT_TYPES
static_types.row_size            12-12  sizeof(static_builtin_state)
static_types.row_size            13-14  sizeof(managed_static_type_state)
static_types.dict                12-12  offsetof(static_builtin_state, tp_dict)
static_types.dict                13-14  offsetof(managed_static_type_state, tp_dict)
static_types.subclasses          12-12  offsetof(static_builtin_state, tp_subclasses)
static_types.subclasses          13-14  offsetof(managed_static_type_state, tp_subclasses)

collector.enabled                8-14   offsetof(struct _gc_runtime_state, enabled)
collector.generations            8-13   offsetof(struct _gc_runtime_state, generations)
collector.generations            14-14  offsetof(struct _gc_runtime_state, permanent_generation) - 3 * sizeof(struct gc_generation)
collector.generation0            8-13   offsetof(struct _gc_runtime_state, generation0)
collector.permanent              8-14   offsetof(struct _gc_runtime_state, permanent_generation)
collector.stats                  8-14   offsetof(struct _gc_runtime_state, generation_stats)
collector.collecting             8-14   offsetof(struct _gc_runtime_state, collecting)
collector.garbage                8-14   offsetof(struct _gc_runtime_state, garbage)
collector.callbacks              8-14   offsetof(struct _gc_runtime_state, callbacks)

thread.next                      8-14   offsetof(PyThreadState, next)
thread.interpreter               8-14   offsetof(PyThreadState, interp)
thread.cframe                    11-12  offsetof(PyThreadState, cframe)
thread.cframe_frame              11-12  offsetof(_PyCFrame, current_frame)
thread.current_frame             8-10   offsetof(PyThreadState, frame)
thread.current_frame             13-14  offsetof(PyThreadState, current_frame)
thread.profile_object            8-14   offsetof(PyThreadState, c_profileobj)
thread.trace_object              8-14   offsetof(PyThreadState, c_traceobj)
thread.exception_type            8-11   offsetof(PyThreadState, curexc_type)
thread.exception_value           8-11   offsetof(PyThreadState, curexc_value)
thread.exception_value           12-14  offsetof(PyThreadState, current_exception)
thread.exception_traceback       8-11   offsetof(PyThreadState, curexc_traceback)
thread.exc_state                 8-14   offsetof(PyThreadState, exc_state.exc_value)
thread.exc_state_type            8-10   offsetof(PyThreadState, exc_state.exc_type)
thread.exc_state_traceback       8-10   offsetof(PyThreadState, exc_state.exc_traceback)
thread.dict                      8-14   offsetof(PyThreadState, dict)
thread.async_exception           8-14   offsetof(PyThreadState, async_exc)
thread.thread_id                 8-14   offsetof(PyThreadState, thread_id)
thread.native_thread_id          11-14  offsetof(PyThreadState, native_thread_id)
thread.async_gen_firstiter       8-14   offsetof(PyThreadState, async_gen_firstiter)
thread.async_gen_finalizer       8-14   offsetof(PyThreadState, async_gen_finalizer)
thread.context                   8-14   offsetof(PyThreadState, context)

type.size                        8-14   sizeof(PyTypeObject)
type.heap_size                   8-14   sizeof(PyHeapTypeObject)
type.heap_name                   8-14   offsetof(PyHeapTypeObject, ht_name)
type.heap_slots                  8-14   offsetof(PyHeapTypeObject, ht_slots)
type.heap_qualname               8-14   offsetof(PyHeapTypeObject, ht_qualname)
type.heap_cached_keys            8-14   offsetof(PyHeapTypeObject, ht_cached_keys)
type.heap_module                 9-14   offsetof(PyHeapTypeObject, ht_module)

code.stack_size                  8-14   offsetof(PyCodeObject, co_stacksize)
code.first_line                  8-14   offsetof(PyCodeObject, co_firstlineno)
code.locals_plus                 11-14  offsetof(PyCodeObject, co_nlocalsplus)
code.locals_plus_names           11-14  offsetof(PyCodeObject, co_localsplusnames)
code.locals_plus_kinds           11-14  offsetof(PyCodeObject, co_localspluskinds)
code.local_count                 8-10   offsetof(PyCodeObject, co_nlocals)
code.local_names                 8-10   offsetof(PyCodeObject, co_varnames)
code.cell_names                  8-10   offsetof(PyCodeObject, co_cellvars)
code.free_names                  8-10   offsetof(PyCodeObject, co_freevars)
code.file_name                   8-14   offsetof(PyCodeObject, co_filename)
code.qualname                    8-10   offsetof(PyCodeObject, co_name)
code.qualname                    11-14  offsetof(PyCodeObject, co_qualname)
code.line_table                  8-9    offsetof(PyCodeObject, co_lnotab)
code.line_table                  10-14  offsetof(PyCodeObject, co_linetable)
code.extra                       8-14   offsetof(PyCodeObject, co_extra)
code.cached                      12-14  offsetof(PyCodeObject, _co_cached)
code.instructions                11-14  offsetof(PyCodeObject, co_code_adaptive)
code.bytecode                    8-10   offsetof(PyCodeObject, co_code)
code.cell_arguments              8-10   offsetof(PyCodeObject, co_cell2arg)
code.opcode_cache                8-10   offsetof(PyCodeObject, co_opcache)
code.opcode_cache_count          8-10   offsetof(PyCodeObject, co_opcache_size)
code.opcode_cache_entry_size     8-10   sizeof(_PyOpcache)

text.ascii_size                  8-14   sizeof(PyASCIIObject)
text.compact_size                8-14   sizeof(PyCompactUnicodeObject)
text.size                        8-14   sizeof(PyUnicodeObject)
text.utf8_length                 8-14   offsetof(PyCompactUnicodeObject, utf8_length)
text.utf8                        8-14   offsetof(PyCompactUnicodeObject, utf8)
text.wide                        8-11   offsetof(PyASCIIObject, wstr)
text.wide_length                 8-11   offsetof(PyCompactUnicodeObject, wstr_length)
text.data                        8-14   offsetof(PyUnicodeObject, data)

tuple.items                      8-14   offsetof(PyTupleObject, ob_item)

values.capacity                  13-14  offsetof(PyDictValues, capacity)
values.embedded                  13-14  offsetof(PyDictValues, embedded)
values.valid                     13-14  offsetof(PyDictValues, valid)
values.items                     13-14  offsetof(PyDictValues, values)

generator.code                   11-11  offsetof(PyGenObject, gi_code)
generator.code                   12-12  offsetof(PyGenObject, gi_iframe) + offsetof(_PyInterpreterFrame, f_code)
generator.code                   13-14  offsetof(PyGenObject, gi_iframe) + offsetof(_PyInterpreterFrame, f_executable)
generator.qualname               11-14  offsetof(PyGenObject, gi_qualname)
generator.state                  11-14  offsetof(PyGenObject, gi_frame_state)
generator.frame                  11-14  offsetof(PyGenObject, gi_iframe)

frame.function                   11-11  offsetof(_PyInterpreterFrame, f_func)
frame.function                   12-14  offsetof(_PyInterpreterFrame, f_funcobj)
frame.locals                     8-10   offsetof(PyFrameObject, f_locals)
frame.locals                     11-14  offsetof(_PyInterpreterFrame, f_locals)
frame.code                       8-10   offsetof(PyFrameObject, f_code)
frame.code                       11-12  offsetof(_PyInterpreterFrame, f_code)
frame.code                       13-14  offsetof(_PyInterpreterFrame, f_executable)
frame.frame_object               11-14  offsetof(_PyInterpreterFrame, frame_obj)
frame.previous                   8-10   offsetof(PyFrameObject, f_back)
frame.previous                   11-14  offsetof(_PyInterpreterFrame, previous)
frame.previous_instruction       11-12  offsetof(_PyInterpreterFrame, prev_instr)
frame.previous_instruction       13-14  offsetof(_PyInterpreterFrame, instr_ptr)
frame.stack_top                  8-9    offsetof(PyFrameObject, f_stacktop)
frame.stack_top                  11-13  offsetof(_PyInterpreterFrame, stacktop)
frame.stack_pointer              14-14  offsetof(_PyInterpreterFrame, stackpointer)
frame.owner                      11-14  offsetof(_PyInterpreterFrame, owner)
frame.locals_plus                8-10   offsetof(PyFrameObject, f_localsplus)
frame.locals_plus                11-14  offsetof(_PyInterpreterFrame, localsplus)
frame.object_data                11-14  offsetof(PyFrameObject, _f_frame_data)
frame.stack_depth                10-10  offsetof(PyFrameObject, f_stackdepth)
frame.generator                  8-10   offsetof(PyFrameObject, f_gen)
frame.trace                      8-10   offsetof(PyFrameObject, f_trace)
frame.traced_line                8-10   offsetof(PyFrameObject, f_lineno)
frame.last_instruction           8-10   offsetof(PyFrameObject, f_lasti)
frame.instruction_unit           8-9    1
frame.instruction_unit           10-10  sizeof(_Py_CODEUNIT)

allocator.arena_size             8-9    1 << 18
allocator.arena_size             10-11  1 << 20
allocator.arena_size             12-14  ARENA_SIZE
allocator.pool_size              8-9    1 << 12
allocator.pool_size              10-11  1 << 14
allocator.pool_size              12-14  POOL_SIZE
"""

ROOTS = """
warnings                         8-8    offsetof(PyInterpreterState, warnings), 3
warnings                         9-14   offsetof(PyInterpreterState, warnings.filters), 3
small ints                       9-10   offsetof(PyInterpreterState, small_ints), _PY_NSMALLPOSINTS + _PY_NSMALLNEGINTS
short bytes                      10-10  offsetof(PyInterpreterState, bytes.empty_string), 257
short strs                       10-10  offsetof(PyInterpreterState, unicode.empty_string), 257
errno map                        10-14  offsetof(PyInterpreterState, exc_state.errnomap)
ExceptionGroup                   11-14  offsetof(PyInterpreterState, exc_state.PyExc_ExceptionGroup)
syntax tree types                10-14  offsetof(PyInterpreterState, ast.AST_type), (offsetof(PyInterpreterState, ast.withitem_type) - offsetof(PyInterpreterState, ast.AST_type)) / 8 + 1
name of a cached method          10-11  offsetof(PyInterpreterState, type_cache.hashtable[0].name), 1 << MCACHE_SIZE_EXP, sizeof(struct type_cache_entry)
name of a cached method          12-14  offsetof(PyInterpreterState, types.type_cache.hashtable[0].name), 1 << MCACHE_SIZE_EXP, sizeof(struct type_cache_entry)
copy of sys                      12-14  offsetof(PyInterpreterState, sysdict_copy)
code of entry frames             12-12  offsetof(PyInterpreterState, interpreter_trampoline)
sys.monitoring callbacks         12-14  offsetof(PyInterpreterState, monitoring_callables), sizeof(((PyInterpreterState *)0)->monitoring_callables) / 8
sys.monitoring tools             12-14  offsetof(PyInterpreterState, monitoring_tool_names), sizeof(((PyInterpreterState *)0)->monitoring_tool_names) / 8
cached object                    12-13  offsetof(PyInterpreterState, cached_objects.str_replace_inf)
object.__reduce__                12-14  offsetof(PyInterpreterState, cached_objects.objreduce)
name of a slot                   12-14  offsetof(PyInterpreterState, cached_objects.type_slots_pname)
types of typing                  12-14  offsetof(PyInterpreterState, cached_objects.generic_type), 6
key of thread locals             13-14  offsetof(PyThreadState, threading_local_key)
sentinel of thread locals        13-14  offsetof(PyThreadState, threading_local_sentinel)
running loop                     13-14  offsetof(_PyThreadStateImpl, asyncio_running_loop)
running task                     14-14  offsetof(_PyThreadStateImpl, asyncio_running_task)
common constants                 14-14  offsetof(PyInterpreterState, common_consts), NUM_COMMON_CONSTANTS
"""

OBJECTS = """
kRefcount               8-14   offsetof(PyObject, ob_refcnt)
kType                   8-14   offsetof(PyObject, ob_type)
kSize                   8-14   offsetof(PyVarObject, ob_size)
kGcHeadSize             8-14   sizeof(PyGC_Head)
kGcNext                 8-14   offsetof(PyGC_Head, _gc_next)
kGcPrevious             8-14   offsetof(PyGC_Head, _gc_prev)
kTypeName               8-14   offsetof(PyTypeObject, tp_name)
kTypeBasicSize          8-14   offsetof(PyTypeObject, tp_basicsize)
kTypeItemSize           8-14   offsetof(PyTypeObject, tp_itemsize)
kTypeFlags              8-14   offsetof(PyTypeObject, tp_flags)
kTypeWeakListOffset     8-14   offsetof(PyTypeObject, tp_weaklistoffset)
kTypeMembers            8-14   offsetof(PyTypeObject, tp_members)
kTypeBase               8-14   offsetof(PyTypeObject, tp_base)
kTypeDict               8-14   offsetof(PyTypeObject, tp_dict)
kTypeDictOffset         8-14   offsetof(PyTypeObject, tp_dictoffset)
kTypeBases              8-14   offsetof(PyTypeObject, tp_bases)
kTypeMro                8-14   offsetof(PyTypeObject, tp_mro)
kTypeCache              8-14   offsetof(PyTypeObject, tp_cache)
kTypeSubclasses         8-14   offsetof(PyTypeObject, tp_subclasses)
kTypeFinalize           8-14   offsetof(PyTypeObject, tp_finalize)
kMemberName             8-14   offsetof(PyMemberDef, name)
kMemberType             8-14   offsetof(PyMemberDef, type)
kMemberOffset           8-14   offsetof(PyMemberDef, offset)
kMemberDefSize          8-14   sizeof(PyMemberDef)
kDictKeys               8-14   offsetof(PyDictObject, ma_keys)
kDictValues             8-14   offsetof(PyDictObject, ma_values)
kListItems              8-14   offsetof(PyListObject, ob_item)
kListAllocated          8-14   offsetof(PyListObject, allocated)
kSetMask                8-14   offsetof(PySetObject, mask)
kSetTable               8-14   offsetof(PySetObject, table)
kSetSmallTable          8-14   offsetof(PySetObject, smalltable)
kSetEntrySize           8-14   sizeof(setentry)
kTextLength             8-14   offsetof(PyASCIIObject, length)
kTextState              8-14   offsetof(PyASCIIObject, state)
kIntDigits              8-11   offsetof(PyLongObject, ob_digit)
kIntDigits              12-14  offsetof(PyLongObject, long_value.ob_digit)
kFloatValue             8-14   offsetof(PyFloatObject, ob_fval)
kBytesText              8-14   offsetof(PyBytesObject, ob_sval)
kByteArrayAllocated     8-14   offsetof(PyByteArrayObject, ob_alloc)
kWeakObject             8-14   offsetof(PyWeakReference, wr_object)
kWeakCallback           8-14   offsetof(PyWeakReference, wr_callback)
kModuleDefStateSize     8-14   offsetof(PyModuleDef, m_size)
kBuiltinMethodDef       8-14   offsetof(PyCFunctionObject, m_ml)
kBuiltinClass           9-14   offsetof(PyCMethodObject, mm_class)
kMethodDefName          8-14   offsetof(PyMethodDef, ml_name)
kMethodDefFlags         8-14   offsetof(PyMethodDef, ml_flags)
kMethodDefHasClass      9-14   METH_METHOD
kFrameObjectFrame       11-14  offsetof(PyFrameObject, f_frame)
kKeysRefcount           11-14  offsetof(struct _dictkeysobject, dk_refcnt)
kKeysLog2Size           11-14  offsetof(struct _dictkeysobject, dk_log2_size)
kKeysLog2IndexBytes     11-14  offsetof(struct _dictkeysobject, dk_log2_index_bytes)
kKeysKind               11-14  offsetof(struct _dictkeysobject, dk_kind)
kKeysUsable             11-14  offsetof(struct _dictkeysobject, dk_usable)
kKeysEntryCount         11-14  offsetof(struct _dictkeysobject, dk_nentries)
kKeysIndices            11-14  offsetof(struct _dictkeysobject, dk_indices)
kModuleDict             11-14  offsetof(PyModuleObject, md_dict)
kModuleDef              11-14  offsetof(PyModuleObject, md_def)
kModuleState            11-14  offsetof(PyModuleObject, md_state)
kModuleName             11-14  offsetof(PyModuleObject, md_name)
"""
