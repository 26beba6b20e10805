#include "formats/dot.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "formats/output/display_text.h"

namespace heapscan::formats {
namespace {

using analysis::Neighbourhood;
using dump::Heap;
using dump::ObjectFlags;
using dump::ObjectId;
using dump::ReferenceKind;

// In characters: a box no wider than a finger, an edge label no longer than the edge.
constexpr std::size_t kTypeLimit = 48;
constexpr std::size_t kValueLimit = 40;
constexpr std::size_t kEdgeLimit = 28;
constexpr std::size_t kRootLimit = 44;
/// At most this many roots of an object are named; further ones are counted.
constexpr std::size_t kRootsNamed = 3;

/// How an object is drawn.
struct Look {
  std::string_view fill;
  std::string_view border;
};

constexpr Look kModuleLook = {"#d9e7f8", "#5b87bd"};
constexpr Look kTypeLook = {"#e8def6", "#8a6bb8"};
constexpr Look kCodeLook = {"#d8f0ea", "#4b9686"};
constexpr Look kContainerLook = {"#fdf0c9", "#c29a2e"};
constexpr Look kScalarLook = {"#eef0f2", "#98a2ad"};
constexpr Look kInstanceLook = {"#e2f2d5", "#6fa548"};
constexpr Look kRootLook = {"#fadcd5", "#c2604b"};
constexpr std::string_view kSeedBorder = "#1f2933";

struct TypeLook {
  std::string_view type;
  const Look& look;
};

constexpr TypeLook kTypeLooks[] = {
    {"module", kModuleLook},
    {"type", kTypeLook},
    {"abc.ABCMeta", kTypeLook},
    {"enum.EnumMeta", kTypeLook},
    {"enum.EnumType", kTypeLook},
    {"function", kCodeLook},
    {"builtin_function_or_method", kCodeLook},
    {"method", kCodeLook},
    {"code", kCodeLook},
    {"cell", kCodeLook},
    {"frame", kCodeLook},
    {"generator", kCodeLook},
    {"coroutine", kCodeLook},
    {"async_generator", kCodeLook},
    {"traceback", kCodeLook},
    {"staticmethod", kCodeLook},
    {"classmethod", kCodeLook},
    {"property", kCodeLook},
    {"functools.partial", kCodeLook},
    {"functools._lru_cache_wrapper", kCodeLook},
    {"wrapper_descriptor", kCodeLook},
    {"method_descriptor", kCodeLook},
    {"member_descriptor", kCodeLook},
    {"getset_descriptor", kCodeLook},
    {"method-wrapper", kCodeLook},
    {"dict", kContainerLook},
    {"list", kContainerLook},
    {"tuple", kContainerLook},
    {"set", kContainerLook},
    {"frozenset", kContainerLook},
    {"mappingproxy", kContainerLook},
    {"collections.deque", kContainerLook},
    {"collections.defaultdict", kContainerLook},
    {"collections.OrderedDict", kContainerLook},
    {"collections.Counter", kContainerLook},
    {"weakref.WeakValueDictionary", kContainerLook},
    {"weakref.WeakKeyDictionary", kContainerLook},
    {"weakref.WeakSet", kContainerLook},
    {"str", kScalarLook},
    {"bytes", kScalarLook},
    {"bytearray", kScalarLook},
    {"memoryview", kScalarLook},
    {"int", kScalarLook},
    {"float", kScalarLook},
    {"complex", kScalarLook},
    {"bool", kScalarLook},
    {"NoneType", kScalarLook},
    {"range", kScalarLook},
    {"slice", kScalarLook},
    {"array.array", kScalarLook},
    {"numpy.ndarray", kScalarLook},
    {"decimal.Decimal", kScalarLook},
};

constexpr std::string_view kHead = R"(digraph heap {
  graph [rankdir=LR, bgcolor="#ffffff", pad=0.4, nodesep=0.25, ranksep=0.9, labelloc=b,
         fontname="Helvetica,Arial,sans-serif", fontsize=11, fontcolor="#52606d"];
  node [shape=box, style="rounded,filled", penwidth=1.1, margin="0.12,0.07",
        fontname="Helvetica,Arial,sans-serif", fontsize=12, fontcolor="#1f2933"];
  edge [color="#7b8794", arrowsize=0.7, penwidth=1.1,
        fontname="Helvetica,Arial,sans-serif", fontsize=10, fontcolor="#3e4c59"];

)";

/// Text for an HTML-like label.
std::string in_markup(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

/// A quoted string for dot, which replaces HTML entities in it, too.
std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text) {
    switch (character) {
      case '&':
        quoted += "&amp;";
        break;
      case '"':
      case '\\':
        quoted += '\\';
        quoted += character;
        break;
      default:
        quoted += character;
    }
  }
  quoted += '"';
  return quoted;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", amount, kUnits.at(unit));
}

class DotWriter {
 public:
  DotWriter(const Heap& heap, const Neighbourhood& part, std::ostream& out)
      : heap_(heap), part_(part), out_(out) {
    for (const dump::Type& type : heap.columns().types) {
      if (type.object.has_value()) {
        type_objects_.insert(type.object);
      }
    }
    for (const Neighbourhood::Member& member : part.members) {
      members_.insert(member.object);
    }
  }

  void write() {
    write_head();
    for (const Neighbourhood::Member& member : part_.members) {
      write_object(member);
    }
    write_roots();
    for (const dump::Referrer reference : part_.references) {
      write_reference(reference);
    }
    write_weak_references();
    out_ << "}\n";
  }

 private:
  void write_head() {
    out_ << kHead;
    if (part_.omitted > 0) {
      out_ << fmt::format("  label=\"{} more {} within reach not shown\";\n", part_.omitted,
                          part_.omitted == 1 ? "object is" : "objects are");
    }
  }

  [[nodiscard]] const Look& look_of(ObjectId object) const {
    if (type_objects_.contains(object)) {
      return kTypeLook;
    }
    const std::string_view type = heap_.type_name(object);
    const auto* const found = std::find_if(std::begin(kTypeLooks), std::end(kTypeLooks),
                                           [&](const TypeLook& each) { return each.type == type; });
    return found == std::end(kTypeLooks) ? kInstanceLook : found->look;
  }

  /// The type in bold, the value if there is one, and everything else in small print.
  [[nodiscard]] std::string label_of(ObjectId object) const {
    const std::string_view type = heap_.type_name(object);
    // Graphviz rejects an empty <B>.
    std::string label = fmt::format(
        "<B>{}</B>", type.empty() ? "(no name)" : in_markup(display_text(type, kTypeLimit)));
    const std::optional<std::string_view> value = heap_.value(object);
    if (value.has_value()) {
      const std::string_view quote = type == "str" ? "'" : "";
      label +=
          fmt::format("<BR/>{}{}{}", quote, in_markup(display_text(*value, kValueLimit)), quote);
    }
    label +=
        fmt::format("<BR/><FONT POINT-SIZE=\"9\" COLOR=\"#52606d\">{}  {}{}</FONT>",
                    size_text(heap_.size(object)), analysis::address_text(heap_.address(object)),
                    heap_.flags(object).has(ObjectFlags::kHasFinalizer) ? "  finalizer" : "");
    return label;
  }

  void write_object(const Neighbourhood::Member& member) {
    const Look& look = look_of(member.object);
    const bool seed = member.distance == 0;
    out_ << fmt::format("  o{} [label=<{}>, fillcolor=\"{}\", color=\"{}\"{}",
                        member.object.value(), label_of(member.object), look.fill,
                        seed ? kSeedBorder : look.border, seed ? ", penwidth=3" : "");
    if (heap_.flags(member.object).has(ObjectFlags::kSynthetic)) {
      out_ << ", style=\"rounded,filled,dashed\"";
    }
    out_ << fmt::format(
        ", tooltip={}];\n",
        in_quotes(fmt::format("{} {}, {} B", display_text(heap_.type_name(member.object), 200),
                              analysis::address_text(heap_.address(member.object)),
                              heap_.size(member.object))));
  }

  /// Each object that has roots gets an arrow-shaped node with their names.
  void write_roots() {
    std::map<std::uint32_t, std::vector<const dump::Root*>> roots_of;  // By row, in order.
    for (const dump::Root& root : heap_.roots()) {
      if (members_.contains(root.object)) {
        roots_of[root.object.value()].push_back(&root);
      }
    }
    for (const auto& [object, roots] : roots_of) {
      std::string label = "<B>root</B>";
      for (std::size_t row = 0; row < std::min(roots.size(), kRootsNamed); ++row) {
        label += "<BR/>";
        label += in_markup(display_text(analysis::root_text(heap_, *roots[row]), kRootLimit));
      }
      if (roots.size() > kRootsNamed) {
        label += fmt::format("<BR/>and {} more", roots.size() - kRootsNamed);
      }
      out_ << fmt::format(
          "  r{0} [shape=cds, style=filled, fontsize=10, margin=\"0.2,0.08\", label=<{1}>, "
          "fillcolor=\"{2}\", color=\"{3}\", tooltip=\"root\"];\n"
          "  r{0} -> o{0} [color=\"{3}\", penwidth=1.6, tooltip=\"root\"];\n",
          object, label, kRootLook.fill, kRootLook.border);
    }
  }

  void write_reference(dump::Referrer reference) {
    const dump::Reference step = heap_.reference(reference);
    const std::string text = display_text(analysis::reference_text(heap_, reference), kEdgeLimit);
    // Spaces keep the label off the line.
    out_ << fmt::format("  o{} -> o{} [label={}, tooltip={}", reference.source.value(),
                        step.target.value(), in_quotes(" " + text + " "), in_quotes(text));
    // References of the implementation, and conservative ones, are drawn faintly.
    if (step.kind == ReferenceKind::kType || step.kind == ReferenceKind::kConservative) {
      out_ << ", style=dashed, color=\"#b3bcc5\", fontcolor=\"#7b8794\"";
    }
    out_ << "];\n";
  }

  void write_weak_references() {
    for (const Neighbourhood::Member& member : part_.members) {
      for (const dump::WeakReference& weak : heap_.weak_references(member.object)) {
        if (members_.contains(weak.target)) {
          out_ << fmt::format(
              "  o{} -> o{} [label=\" weak \", tooltip=\"weak reference\", style=dotted, "
              "arrowhead=empty, constraint=false, color=\"#98a2ad\", fontcolor=\"#7b8794\"];\n",
              weak.source.value(), weak.target.value());
        }
      }
    }
  }

  const Heap& heap_;
  const Neighbourhood& part_;
  std::ostream& out_;
  std::unordered_set<ObjectId> type_objects_;
  std::unordered_set<ObjectId> members_;
};

}  // namespace

void write_dot(const Heap& heap, const Neighbourhood& part, std::ostream& out) {
  DotWriter(heap, part, out).write();
}

}  // namespace heapscan::formats
