#include "formats/hsd/hsd_facts.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dump/error.h"

namespace heapscan::formats::hsd {
namespace {

using dump::ProcessFacts;

/// Calls visit(name, member) for every fact; the member is a string, a number or a bool.
template <class Facts, class Visit>
void for_each_fact(Facts& facts, const Visit& visit) {
  visit("runtime", facts.runtime);
  visit("version", facts.version);
  visit("collector", facts.collector);
  visit("heapscan", facts.heapscan);
  visit("host", facts.host);
  visit("command", facts.command);
  visit("pid", facts.pid);
  visit("pid_in_namespace", facts.pid_in_namespace);
  visit("process_start", facts.process_start);
  visit("taken_at", facts.taken_at);
  visit("pause_us", facts.pause_us);
  visit("rss", facts.rss);
  visit("rss_anonymous", facts.rss_anonymous);
  visit("rss_file", facts.rss_file);
  visit("rss_shared", facts.rss_shared);
  visit("gc_threshold_0", facts.gc_threshold[0]);
  visit("gc_threshold_1", facts.gc_threshold[1]);
  visit("gc_threshold_2", facts.gc_threshold[2]);
  visit("gc_count_0", facts.gc_count[0]);
  visit("gc_count_1", facts.gc_count[1]);
  visit("gc_count_2", facts.gc_count[2]);
  visit("gc_enabled", facts.gc_enabled);
  visit("gc_collections_0", facts.gc_collections[0]);
  visit("gc_collections_1", facts.gc_collections[1]);
  visit("gc_collections_2", facts.gc_collections[2]);
  visit("gc_collected_0", facts.gc_collected[0]);
  visit("gc_collected_1", facts.gc_collected[1]);
  visit("gc_collected_2", facts.gc_collected[2]);
  visit("gc_uncollectable_0", facts.gc_uncollectable[0]);
  visit("gc_uncollectable_1", facts.gc_uncollectable[1]);
  visit("gc_uncollectable_2", facts.gc_uncollectable[2]);
  visit("bad_references", facts.bad_references);
  visit("complete", facts.complete);
}

std::string text_of(const std::string& fact) {
  return fact;
}

std::string text_of(std::int64_t fact) {
  return std::to_string(fact);
}

std::string text_of(bool fact) {
  return fact ? "1" : "0";
}

bool parse(std::string_view text, std::string& fact) {
  fact = text;
  return true;
}

bool parse(std::string_view text, std::int64_t& fact) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, fact);
  return error == std::errc() && stop == end;
}

bool parse(std::string_view text, bool& fact) {
  fact = text == "1";
  return text == "0" || text == "1";
}

void append(std::vector<std::byte>& bytes, std::string_view text) {
  const auto source = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), source.begin(), source.end());
}

void append_size(std::vector<std::byte>& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  const auto source = std::as_bytes(std::span(&size, 1));
  bytes.insert(bytes.end(), source.begin(), source.end());
}

/// Takes numbers and strings from the front of the section.
class FactCursor {
 public:
  explicit FactCursor(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  [[nodiscard]] std::uint32_t size() {
    std::uint32_t value = 0;
    std::memcpy(&value, take(sizeof(value)).data(), sizeof(value));
    return value;
  }

  [[nodiscard]] std::string text(std::uint32_t size) {
    const std::span<const std::byte> bytes = take(size);
    std::string text;
    text.reserve(size);
    for (const std::byte byte : bytes) {
      text.push_back(static_cast<char>(byte));
    }
    return text;
  }

 private:
  std::span<const std::byte> take(std::size_t size) {
    if (size > rest_.size()) {
      throw Error(ErrorKind::kBadInput, "a fact reaches beyond its section");
    }
    const std::span<const std::byte> taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::span<const std::byte> rest_;
};

void set_fact(ProcessFacts& facts, std::string_view name, std::string_view text) {
  for_each_fact(facts, [&](std::string_view known, auto& fact) {
    if (known == name && !parse(text, fact)) {
      throw Error(ErrorKind::kBadInput, "fact " + std::string(known) + " is not a number");
    }
  });
}

}  // namespace

std::vector<std::byte> facts_to_bytes(const ProcessFacts& facts) {
  std::vector<std::byte> bytes;
  for_each_fact(facts, [&](std::string_view name, const auto& fact) {
    const std::string text = text_of(fact);
    append_size(bytes, name);
    append_size(bytes, text);
    append(bytes, name);
    append(bytes, text);
  });
  return bytes;
}

ProcessFacts facts_from_bytes(std::span<const std::byte> bytes) {
  ProcessFacts facts;
  FactCursor cursor(bytes);
  while (!cursor.at_end()) {
    const std::uint32_t name_size = cursor.size();
    const std::uint32_t text_size = cursor.size();
    const std::string name = cursor.text(name_size);
    set_fact(facts, name, cursor.text(text_size));
  }
  return facts;
}

}  // namespace heapscan::formats::hsd
