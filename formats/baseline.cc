#include "formats/baseline.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dump/error.h"
#include "dump/system/mapped_file.h"
#include "dump/utf8.h"

namespace heapscan::formats {
namespace {

using analysis::HolderTree;
using analysis::LabelForm;
using analysis::Profile;
using analysis::SignatureTree;
using Json = nlohmann::ordered_json;

constexpr const char* kSchemaField = "heapscan_baseline";
constexpr std::uint64_t kLeastHolder = 4096;
constexpr std::uint64_t kLeastShare = 1000;  // One part in this many.

/// The words for the place of a label: after its type or before it; "" for one without a type.
constexpr std::array<const char*, 3> kForms = {"", "behind", "before"};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: bytes as chars.
}

[[noreturn]] void reject(const std::string& name, const std::string& fact) {
  throw Error(
      ErrorKind::kBadInput,
      fmt::format("{}: {}: write it again with heapscan gate --write-baseline", name, fact));
}

/// [label, type], or [label, type, form] where the label needs the type before it.
Json json_step(const SignatureTree& steps, analysis::NodeId node) {
  const SignatureTree::Node& step = steps.node(node);
  Json json = {dump::valid_utf8(steps.label_text(step.label)),
               dump::valid_utf8(steps.type_name(step.type))};
  const LabelForm form = steps.label_form(step.label);
  if (form != LabelForm::kAlone) {
    json.push_back(kForms.at(static_cast<std::size_t>(form)));
  }
  return json;
}

/// A line for each holder that has objects, parents before children.
std::vector<std::string> holder_lines(const HolderTree& tree) {
  std::vector<Json> paths(tree.nodes().size(), Json::array());
  std::vector<std::pair<std::string, std::string>> lines;  // By path.
  for (const analysis::NodeId node : tree.node_ids()) {
    if (node == SignatureTree::kTop) {
      continue;
    }
    const HolderTree::Node& row = tree.node(node);
    Json& steps = paths[node.value()];
    steps = paths[tree.steps().node(node).parent.value()];
    steps.push_back(json_step(tree.steps(), node));
    if (row.objects == 0) {
      continue;
    }
    const Json line = {{"holder", steps}, {"objects", row.objects}, {"size", row.size}};
    std::string path = steps.dump();
    path.pop_back();  // Without its closing bracket, the path above is the beginning of this one.
    lines.emplace_back(std::move(path), line.dump());
  }
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (auto& [path, line] : lines) {
    texts.push_back(std::move(line));
  }
  return texts;
}

void add_list(std::string& text, const char* name, const std::vector<std::string>& lines) {
  text += fmt::format(",\n  \"{}\": [", name);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    text += (at == 0 ? "\n    " : ",\n    ") + lines[at];
  }
  text += lines.empty() ? "]" : "\n  ]";
}

/// Reads the fields of a baseline, and rejects it, with the place, if they are not valid.
class Fields {
 public:
  Fields(const Json& json, const std::string& name, std::string place)
      : json_(json), name_(name), place_(std::move(place)) {}

  [[nodiscard]] std::uint64_t number(const char* field) const {
    const Json& value = required(field);
    if (!value.is_number_unsigned()) {
      reject(name_, fmt::format("{}{} is not a number", place_, field));
    }
    return value.get<std::uint64_t>();
  }

  [[nodiscard]] std::string text(const char* field) const {
    const Json& value = required(field);
    if (!value.is_string()) {
      reject(name_, fmt::format("{}{} is not a string", place_, field));
    }
    return value.get<std::string>();
  }

  [[nodiscard]] bool truth(const char* field) const {
    const Json& value = required(field);
    if (!value.is_boolean()) {
      reject(name_, fmt::format("{}{} is neither true nor false", place_, field));
    }
    return value.get<bool>();
  }

  [[nodiscard]] const Json& list(const char* field) const {
    const Json& value = required(field);
    if (!value.is_array()) {
      reject(name_, fmt::format("{}{} is not a list", place_, field));
    }
    return value;
  }

  /// The rows of a list, each with its place.
  template <class Take>
  void each(const char* field, Take take) const {
    std::size_t row = 0;
    for (const Json& json : list(field)) {
      take(Fields(json, name_, fmt::format("{}[{}].", field, row++)));
    }
  }

  [[nodiscard]] const std::string& place() const { return place_; }

 private:
  [[nodiscard]] const Json& required(const char* field) const {
    if (!json_.is_object() || !json_.contains(field)) {
      reject(name_, fmt::format("{}{} is missing", place_, field));
    }
    return json_.at(field);
  }

  const Json& json_;
  const std::string& name_;
  std::string place_;
};

analysis::NodeId add_step(HolderTree& tree,
                          analysis::NodeId parent,
                          const Json& step,
                          const std::string& name,
                          const std::string& place) {
  const bool strings =
      step.is_array() && (step.size() == 2 || step.size() == 3) &&
      std::all_of(step.begin(), step.end(), [](const Json& text) { return text.is_string(); });
  const std::string form = strings && step.size() == 3 ? step[2].get<std::string>() : "";
  const auto* const known = std::find(kForms.begin(), kForms.end(), form);
  if (!strings || known == kForms.end()) {
    reject(name, fmt::format("{}holder is not a list of steps", place));
  }
  return tree.add(parent, step[0].get<std::string>(),
                  static_cast<LabelForm>(known - kForms.begin()), step[1].get<std::string>());
}

void read_holders(const Fields& fields, const std::string& name, HolderTree& tree) {
  fields.each("holders", [&](const Fields& row) {
    analysis::NodeId node = SignatureTree::kTop;
    for (const Json& step : row.list("holder")) {
      node = add_step(tree, node, step, name, row.place());
    }
    if (node == SignatureTree::kTop) {
      reject(name, fmt::format("{}holder has no steps", row.place()));
    }
    tree.count(node, row.number("objects"), row.number("size"));
  });
}

void require_sums(const Profile& profile, const std::string& name) {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  for (const Profile::TypeRow& row : profile.types) {
    objects += row.objects;
    size += row.size;
  }
  if (objects != profile.objects || size != profile.size) {
    reject(name, fmt::format("its types have {} objects of {} bytes, but the whole heap has {} "
                             "of {}",
                             objects, size, profile.objects, profile.size));
  }
  objects = 0;
  size = 0;
  for (const HolderTree::Node& node : profile.holders.nodes()) {
    objects += node.objects;
    size += node.size;
  }
  if (objects != profile.objects || size != profile.size) {
    reject(name, fmt::format("its holders have {} objects of {} bytes, but the whole heap has {} "
                             "of {}",
                             objects, size, profile.objects, profile.size));
  }
}

}  // namespace

bool is_baseline(const std::filesystem::path& path) {
  const dump::MappedFile file(path);
  const std::string_view text = text_of(file.bytes());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

Profile read_baseline(const std::filesystem::path& path) {
  const dump::MappedFile file(path);
  return parse_baseline(text_of(file.bytes()), path.string());
}

Profile parse_baseline(std::string_view text, const std::string& name) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const auto before = text.substr(0, std::min(error.byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    reject(name, fmt::format("line {} is not JSON", line));
  }
  if (!json.is_object() || !json.contains(kSchemaField)) {
    reject(name, fmt::format("it is JSON, but not a baseline: {} is missing", kSchemaField));
  }
  const Fields fields(json, name, "");
  const std::uint64_t schema = fields.number(kSchemaField);
  if (schema > static_cast<std::uint64_t>(kBaselineSchema)) {
    throw Error(ErrorKind::kBadInput,
                fmt::format("{}: schema {} of baselines is unsupported; supported: up to {}: use a "
                            "newer heapscan, or write it again with this one",
                            name, schema, kBaselineSchema));
  }
  Profile profile;
  profile.facts.runtime = fields.text("runtime");
  profile.facts.version = fields.text("version");
  profile.facts.collector = fields.text("collector");
  profile.facts.heapscan = fields.text("written_by");
  profile.facts.complete = fields.truth("complete");
  profile.objects = fields.number("objects");
  profile.size = fields.number("size");
  profile.unexplained = fields.number("unexplained");
  profile.least_holder = fields.number("least_holder");
  fields.each("types", [&](const Fields& row) {
    profile.types.push_back({row.text("type"), row.number("objects"), row.number("size")});
  });
  fields.each("cycles", [&](const Fields& row) {
    profile.cycles.push_back({row.text("cycle"), row.number("cycles"), row.number("objects"),
                              row.number("size"), row.truth("finalizer")});
  });
  fields.each("suspects", [&](const Fields& row) {
    profile.suspects.push_back({row.text("fingerprint"), row.text("suspect"), row.text("type"),
                                row.number("instances"), row.number("size")});
  });
  read_holders(fields, name, profile.holders);
  require_sums(profile, name);
  return profile;
}

std::string baseline_text(const Profile& profile, std::string_view heapscan) {
  // A power of two, so that a heap of nearly the same size has the same holders.
  const std::uint64_t least =
      std::max(kLeastHolder, std::bit_floor(profile.size / kLeastShare + 1));
  const Json head = {{kSchemaField, kBaselineSchema},
                     {"written_by", heapscan},
                     {"runtime", dump::valid_utf8(profile.facts.runtime)},
                     {"version", dump::valid_utf8(profile.facts.version)},
                     {"collector", dump::valid_utf8(profile.facts.collector)},
                     {"complete", profile.facts.complete},
                     {"objects", profile.objects},
                     {"size", profile.size},
                     {"unexplained", profile.unexplained},
                     {"least_holder", least}};
  std::string text = head.dump(2);
  text.erase(text.rfind('\n'));  // The lists go before the closing brace.
  std::vector<std::string> lines;
  for (const Profile::TypeRow& row : profile.types) {
    const Json line = {
        {"type", dump::valid_utf8(row.type)}, {"objects", row.objects}, {"size", row.size}};
    lines.push_back(line.dump());
  }
  add_list(text, "types", lines);
  add_list(text, "holders", holder_lines(profile.holders.without_small(least)));
  lines.clear();
  for (const Profile::CycleRow& row : profile.cycles) {
    const Json line = {{"cycle", dump::valid_utf8(row.signature)},
                       {"cycles", row.cycles},
                       {"objects", row.objects},
                       {"size", row.size},
                       {"finalizer", row.has_finalizer}};
    lines.push_back(line.dump());
  }
  add_list(text, "cycles", lines);
  lines.clear();
  for (const Profile::SuspectRow& row : profile.suspects) {
    const Json line = {{"suspect", dump::valid_utf8(row.place)},
                       {"type", dump::valid_utf8(row.type)},
                       {"fingerprint", row.fingerprint},
                       {"instances", row.instances},
                       {"size", row.size}};
    lines.push_back(line.dump());
  }
  add_list(text, "suspects", lines);
  return text + "\n}\n";
}

}  // namespace heapscan::formats
