#include "analysis/text/describe.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/reference_names.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;
using dump::RootKind;

/// A key longer than this says no more about the place than its beginning does.
constexpr std::size_t kLongestKey = 40;

/// In the text of a path, a pattern of up to so many steps is written once...
constexpr std::size_t kLongestPattern = 4;
/// ...when it occurs at least this often in a row.
constexpr std::size_t kWorthFolding = 3;

/// A path with more steps is cut in the middle: its ends are what one looks at.
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

/// In the quotes that Python would choose.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string result(1, quote);
  result += text;
  result += quote;
  return result;
}

/// The preview as a literal of Python where it is one: 'abc', b'abc', 42, shop.cache.
std::string literal(std::string_view type, std::string_view preview) {
  if (type == "str") {
    return quoted(preview);
  }
  if (type == "bytes" || type == "bytearray") {
    return "b" + quoted(preview);
  }
  return std::string(preview);
}

std::string key_text(const Heap& heap, ObjectId key) {
  const std::optional<std::string_view> preview = heap.value(key);
  if (!preview.has_value()) {
    return std::string(heap.type_name(key));
  }
  return literal(heap.type_name(key), shortened(*preview, kLongestKey));
}

/// A set names its elements by nothing: what the dump has is a place in a hash table.
bool is_set(std::string_view type) {
  return type == "set" || type == "frozenset";
}

/// How often the `length` texts at `first` occur in a row there.
std::size_t occurrences(const std::vector<std::string>& texts,
                        std::size_t first,
                        std::size_t length) {
  std::size_t next = first + length;
  while (next < texts.size() && texts[next] == texts[next - length]) {
    ++next;
  }
  return (next - first) / length;
}

/// ".next", ".next", ".next" as ".next x3", and (".left", ".right") as "(.left > .right) x3".
std::vector<std::string> fold_runs(const std::vector<std::string>& texts) {
  std::vector<std::string> folded;
  std::size_t at = 0;
  while (at < texts.size()) {
    std::size_t length = 1;
    std::size_t times = 1;
    for (std::size_t tried = 1; tried <= kLongestPattern; ++tried) {
      const std::size_t found = occurrences(texts, at, tried);
      if (found >= kWorthFolding && found * tried > times * length) {
        length = tried;
        times = found;
      }
    }
    if (times == 1) {
      folded.push_back(texts[at]);
    } else {
      const auto first = texts.begin() + static_cast<std::ptrdiff_t>(at);
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
void cut_middle(std::vector<std::string>& texts) {
  if (std::ssize(texts) <= kStepsShown) {
    return;
  }
  const auto first = texts.begin() + (kStepsShown - kStepsShownAtEnd);
  const auto last = texts.end() - kStepsShownAtEnd;
  *first = fmt::format("... {} steps ...", last - first);
  texts.erase(first + 1, last);
}

/// The texts of the path's references, an attribute and the dict that it lies in as one.
std::vector<std::string> step_texts(const Heap& heap, const Path& path) {
  std::vector<std::string> texts;
  std::size_t next = 0;
  while (next < path.steps.size()) {
    if (next + 1 < path.steps.size() && is_attribute_dict(heap, heap.reference(path.steps[next]))) {
      const auto name = attribute_of_entry(heap, heap.reference(path.steps[next + 1]));
      if (name.has_value()) {
        texts.push_back("." + std::string(*name));
        next += 2;
        continue;
      }
    }
    texts.push_back(reference_text(heap, path.steps[next]));
    ++next;
  }
  return texts;
}

}  // namespace

std::string reference_text(const Heap& heap, Referrer reference) {
  const Reference step = heap.reference(reference);
  switch (step.kind) {
    case ReferenceKind::kItem:
      return is_set(heap.type_name(reference.source)) ? "element" : fmt::format("[{}]", step.label);
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
                     preview.has_value() ? literal(type, *preview) : "",
                     address_text(heap.address(id)), heap.size(id));
}

std::string path_text(const Heap& heap, const Path& path) {
  std::vector<std::string> texts = fold_runs(step_texts(heap, path));
  cut_middle(texts);
  std::string text = root_text(heap, path.root);
  for (const std::string& step : texts) {
    text += " > ";
    text += step;
  }
  const std::string_view type = heap.type_name(path.target);
  const bool said = texts.empty() && path.root.kind == RootKind::kModule && type == "module";
  if (!said) {
    text += " > ";
    text += type;
  }
  return text;
}

std::string path_signature(const Heap& heap, const Path& path) {
  SignatureTree tree;
  SignatureSteps steps(heap, tree);
  std::uint32_t node = steps.enter(path.root);
  for (const Referrer reference : path.steps) {
    node = steps.follow(node, reference);
  }
  return tree.text(node);
}

}  // namespace heapscan::analysis
