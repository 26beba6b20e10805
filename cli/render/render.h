#pragma once

#include <functional>

#include <nlohmann/json_fwd.hpp>

#include "cli/console/result.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// Writes the page in the format of the result: text, Markdown, CSV or JSON. `head`: a JSON
/// document to which the page is added; called for JSON only. Throws Error(kInternal) for another
/// format.
void render(Result& result, const Page& page, const std::function<nlohmann::json()>& head);

/// How much of a page the result shows.
[[nodiscard]] PageOptions page_options(const Result& result);

}  // namespace heapscan::cli
