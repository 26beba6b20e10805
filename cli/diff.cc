#include "cli/diff.h"

#include <memory>

#include "cli/comparison.h"
#include "cli/messages.h"
#include "cli/printable.h"
#include "cli/result.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan diff old.hsd new.hsd           what grew, and who holds what grew\n"
    "  heapscan diff old.hsd new.hsd -n 0      every type and holder that changed\n"
    "  heapscan diff old.hsd new.hsd --format json -o growth.json\n"
    "\n"
    "A holder is a path from a root without addresses, positions and keys: it is the\n"
    "same in dumps of different processes and builds.";

void print_text(std::ostream& out, const Comparison& comparison, const TextStyle& style) {
  const analysis::Growth& growth = comparison.growth;
  out << style.paint.heading("Growth") << '\n';
  out << "  heap     " << size_change_text(growth.old_size, growth.new_size, style.unit) << '\n';
  out << "           " << count_change_text(growth.old_objects, growth.new_objects, "object")
      << '\n';
  print_compared(out, comparison);
  for (const std::string& note : comparison.notes) {
    out << "  note     " << printable(note) << '\n';
  }
  const analysis::GrowthRow total = total_of(growth);
  print_growth_table(out, {"By holder", "holder", growth.by_holder, true}, total, style);
  print_growth_table(out, {"By type", "type", growth.by_type, false}, total, style);
}

Json to_json(const Comparison& comparison, std::size_t limit) {
  Json document = json_document("diff");
  add_comparison(document, comparison);
  const auto rows = [limit](const std::vector<analysis::GrowthRow>& all, const char* key) {
    Json shown = Json::array();
    for (const analysis::GrowthRow& row : all) {
      if (limit != 0 && shown.size() == limit) {
        break;
      }
      shown.push_back(json_growth_row(row, key));
    }
    return shown;
  };
  document["types"] = rows(comparison.growth.by_type, "type");
  document["type_count"] = comparison.growth.by_type.size();
  document["holders"] = rows(comparison.growth.by_holder, "holder");
  document["holder_count"] = comparison.growth.by_holder.size();
  return document;
}

}  // namespace

Verb add_diff(CLI::App& app) {
  auto command = std::make_shared<DiffCommand>();
  CLI::App* sub =
      app.add_subcommand("diff", "What grew from one dump to another, and who holds it");
  sub->footer(kExamples);
  sub->add_option("OLD", command->old_dump, "The earlier dump")->required()->option_text(" ");
  sub->add_option("NEW", command->new_dump, "The later dump")->required()->option_text(" ");
  add_result_options(*sub, command->result);
  add_limit_option(*sub, command->result.limit);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const DiffCommand& command, const Console& console) {
  const Messages messages(console, command.messages);
  Result result(console, command.result.output, command.result.force);
  const Comparison comparison = compare_dumps(command.old_dump, command.new_dump, messages);
  if (command.result.format == Format::kJson) {
    print_json(result.stream(), to_json(comparison, command.result.limit));
  } else {
    print_text(result.stream(), comparison, result.style(command.result, command.messages.color));
  }
  result.commit();
  return comparison.done();
}

}  // namespace heapscan::cli
