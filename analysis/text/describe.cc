#include "analysis/text/describe.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analysis/runtimes/runtime_traits.h"
#include "analysis/text/reference_names.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;
using dump::RootKind;

/// The beginning of a key identifies a place as well as a longer one would.
constexpr std::size_t kLongestKey = 40;

/// In the text of a path, a pattern of up to this many steps is written once...
constexpr std::size_t kLongestPattern = 4;
/// ...if it occurs at least this often in a row.
constexpr std::size_t kWorthFolding = 3;

/// A path with more steps is cut in the middle: its ends matter most.
constexpr std::ptrdiff_t kStepsShown = 40;
constexpr std::ptrdiff_t kStepsShownAtEnd = 12;

/// The beginning of the text, cut between two characters of UTF-8.
std::string shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) {
    return std::string(text);
  }
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string key_text(const Heap& heap, ObjectId key) {
  const std::optional<std::string_view> preview = heap.value(key);
  if (!preview.has_value()) {
    return std::string(heap.type_name(key));
  }
  return traits_of(heap.facts()).literal(heap.type_name(key), shortened(*preview, kLongestKey));
}

/// The elements of a set have no names: what the dump has is a position in a hash table.
bool is_unordered(const Heap& heap, ObjectId id) {
  return traits_of(heap.facts()).roles_of(heap, id).has(TypeRole::kUnordered);
}

/// How many times in a row the `length` steps at `first` occur there.
std::size_t occurrences(const std::vector<std::string>& steps,
                        std::size_t first,
                        std::size_t length) {
  std::size_t next = first + length;
  while (next < steps.size() && steps[next] == steps[next - length]) {
    ++next;
  }
  return (next - first) / length;
}

/// ".next", ".next", ".next" as ".next x3", and (".left", ".right") as "(.left > .right) x3".
std::vector<std::string> fold_runs(const std::vector<std::string>& steps) {
  std::vector<std::string> folded;
  std::size_t at = 0;
  while (at < steps.size()) {
    std::size_t length = 1;
    std::size_t times = 1;
    for (std::size_t tried = 1; tried <= kLongestPattern; ++tried) {
      const std::size_t found = occurrences(steps, at, tried);
      if (found >= kWorthFolding && found * tried > times * length) {
        length = tried;
        times = found;
      }
    }
    if (times == 1) {
      folded.push_back(steps[at]);
    } else {
      const auto first = steps.begin() + static_cast<std::ptrdiff_t>(at);
      const std::string pattern =
          fmt::format("{}", fmt::join(first, first + static_cast<std::ptrdiff_t>(length), " > "));
      folded.push_back(length == 1 ? fmt::format("{} x{}", pattern, times)
                                   : fmt::format("({}) x{}", pattern, times));
    }
    at += length * times;
  }
  return folded;
}

/// Replaces the steps in the middle of a long path by their number.
void cut_middle(std::vector<std::string>& steps) {
  if (std::ssize(steps) <= kStepsShown) {
    return;
  }
  const auto first = steps.begin() + (kStepsShown - kStepsShownAtEnd);
  const auto last = steps.end() - kStepsShownAtEnd;
  *first = fmt::format("... {} steps ...", last - first);
  steps.erase(first + 1, last);
}

/// The references of the path in words, an attribute and the table that holds it as one step.
std::vector<std::string> spelled_steps(const Heap& heap, const Path& path) {
  std::vector<std::string> steps;
  std::size_t next = 0;
  while (next < path.steps.size()) {
    if (next + 1 < path.steps.size() &&
        is_attribute_table(heap, heap.reference(path.steps[next]))) {
      const auto name = attribute_of_entry(heap, heap.reference(path.steps[next + 1]));
      if (name.has_value()) {
        steps.push_back("." + std::string(*name));
        next += 2;
        continue;
      }
    }
    steps.push_back(reference_text(heap, path.steps[next]));
    ++next;
  }
  return steps;
}

}  // namespace

std::string reference_text(const Heap& heap, Referrer reference) {
  const Reference step = heap.reference(reference);
  switch (step.kind) {
    case ReferenceKind::kItem:
      return is_unordered(heap, reference.source) ? "element" : fmt::format("[{}]", step.label);
    case ReferenceKind::kKey:
      return "key " + key_text(heap, step.target);
    case ReferenceKind::kValue:
      return "[" + key_text(heap, ObjectId(step.label)) + "]";
    case ReferenceKind::kConservative:
      return fmt::format("[+{}]", step.label);
    default:
      return name_of_reference(heap, reference).value();
  }
}

std::string address_text(std::uint64_t address) {
  return fmt::format("{:#x}", address);
}

const dump::AllocationSite* site_of(const Heap& heap, ObjectId id) {
  const dump::HeapColumns& columns = heap.columns();
  const dump::SiteId site = columns.site.empty() ? dump::SiteId::none() : columns.site[id.value()];
  return site.has_value() ? &columns.sites[site.value()] : nullptr;
}

std::string site_text(const Heap& heap, const dump::AllocationSite& site) {
  const auto text = [&heap](dump::StringId string) {
    return string.has_value() ? heap.string(string) : std::string_view("?");
  };
  const std::string place = fmt::format("{}:{}", text(site.file), site.line);
  const std::string_view function = text(site.function);
  return function.empty() ? place : fmt::format("{} ({})", function, place);
}

std::string root_text(const Heap& heap, const Root& root) {
  std::string text(to_string(root.kind));
  if (root.label.has_value()) {
    text += ' ';
    text += heap.string(root.label);
  }
  return text;
}

std::string object_text(const Heap& heap, ObjectId id) {
  const std::string_view type = heap.type_name(id);
  const std::optional<std::string_view> preview = heap.value(id);
  return fmt::format("{}{}{} {} ({} B)", type, preview.has_value() ? " " : "",
                     preview.has_value() ? traits_of(heap.facts()).literal(type, *preview) : "",
                     address_text(heap.address(id)), heap.size(id));
}

std::string path_text(const Heap& heap, const Path& path) {
  std::vector<std::string> steps = fold_runs(spelled_steps(heap, path));
  cut_middle(steps);
  std::string text = root_text(heap, path.root);
  for (const std::string& step : steps) {
    text += " > ";
    text += step;
  }
  const bool implied = steps.empty() && path.root.kind == RootKind::kModule &&
                       traits_of(heap.facts()).roles_of(heap, path.target).has(TypeRole::kModule);
  if (!implied) {
    text += " > ";
    text += heap.type_name(path.target);
  }
  return text;
}

std::string path_signature(const Heap& heap, const Path& path) {
  SignatureTree tree;
  SignatureSteps steps(heap, tree);
  NodeId node = steps.enter(path.root);
  for (const Referrer reference : path.steps) {
    node = steps.follow(node, reference);
  }
  return tree.text(node);
}

}  // namespace heapscan::analysis
