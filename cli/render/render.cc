#include "cli/render/render.h"

#include <nlohmann/json.hpp>

#include "cli/render/csv.h"
#include "cli/render/json.h"
#include "cli/render/markdown.h"
#include "cli/render/text.h"
#include "dump/error.h"

namespace heapscan::cli {

void render(Result& result, const Page& page, const std::function<Json()>& head) {
  switch (result.format()) {
    case Format::kText:
      return print_text(result.stream(), page, result.style());
    case Format::kMarkdown:
      return print_markdown(result.stream(), page, result.style().unit);
    case Format::kCsv:
      return print_csv(result.stream(), page);
    case Format::kJson: {
      Json document = head();
      add_page(document, page);
      return print_json(result.stream(), document);
    }
    default:
      throw Error(ErrorKind::kInternal, "there is no renderer of pages for this format");
  }
}

PageOptions page_options(const Result& result) {
  const Format format = result.format();
  return {result.limit(), format == Format::kJson || format == Format::kCsv};
}

}  // namespace heapscan::cli
