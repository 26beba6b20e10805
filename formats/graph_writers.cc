#include "formats/graph_writers.h"

#include <algorithm>
#include <array>

#include "formats/dot.h"
#include "formats/hsd/hsd.h"

namespace heapscan::formats {
namespace {

constexpr std::array kNeighbourhoodWriters = {
    NeighbourhoodWriter{{"dot", kDotExtensions, "for Graphviz"}, write_dot}};

constexpr std::array kHeapWriters = {HeapWriter{
    {"hsd", kHsdExtensions, "heapscan's own format, for a whole heap", true}, write_hsd}};

/// The first writer of either table whose traits are `wanted`.
template <class Wanted>
GraphWriter find_writer(const Wanted& wanted) {
  const auto matches = [&](const auto& writer) { return wanted(writer.traits); };
  const auto* const part =
      std::find_if(kNeighbourhoodWriters.begin(), kNeighbourhoodWriters.end(), matches);
  if (part != kNeighbourhoodWriters.end()) {
    return part;
  }
  const auto* const whole = std::find_if(kHeapWriters.begin(), kHeapWriters.end(), matches);
  if (whole != kHeapWriters.end()) {
    return whole;
  }
  return std::monostate();
}

/// text_of(traits) of every writer, with `separator` between them.
template <class TextOf>
std::string joined(std::string_view separator, const TextOf& text_of) {
  std::string text;
  const auto add = [&](const auto& writer) {
    text += text.empty() ? std::string_view() : separator;
    text += text_of(writer.traits);
  };
  std::for_each(kNeighbourhoodWriters.begin(), kNeighbourhoodWriters.end(), add);
  std::for_each(kHeapWriters.begin(), kHeapWriters.end(), add);
  return text;
}

}  // namespace

std::span<const NeighbourhoodWriter> neighbourhood_writers() {
  return kNeighbourhoodWriters;
}

std::span<const HeapWriter> heap_writers() {
  return kHeapWriters;
}

GraphWriter writer_named(std::string_view name) {
  return find_writer([name](const WriterTraits& traits) { return traits.name == name; });
}

GraphWriter writer_for(std::string_view file) {
  return find_writer([file](const WriterTraits& traits) {
    return std::any_of(traits.extensions.begin(), traits.extensions.end(),
                       [file](std::string_view extension) { return file.ends_with(extension); });
  });
}

std::string writer_names(std::string_view separator) {
  return joined(separator, [](const WriterTraits& traits) { return traits.name; });
}

std::string writer_summaries(std::string_view separator) {
  return joined(separator, [](const WriterTraits& traits) {
    return std::string(traits.name) + ", " + std::string(traits.summary);
  });
}

}  // namespace heapscan::formats
