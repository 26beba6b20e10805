#include "cli/inspect/object_view.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/size_text.h"
#include "cli/inspect/object_columns.h"
#include "dump/native_roots.h"

namespace heapscan::cli {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using dump::Referrer;
using Kind = Listing::Kind;

/// A reference and the object at its other end.
struct Neighbour {
  Referrer reference;
  ObjectId object;
};

std::string refcount_text(const dump::Heap& heap, const ObjectView& object) {
  if (heap.refcount(object.object) == dump::kImmortal) {
    return "immortal";
  }
  std::string text = count_text(heap.refcount(object.object));
  if (object.surplus == 0) {
    return text + ", explained by the dump";
  }
  return text + (object.surplus > 0
                     ? fmt::format(", {} more than the dump explains", object.surplus)
                     : fmt::format(", {} fewer than the references in the dump", -object.surplus));
}

Facts facts_of(const AnalyzedHeap& view, const ObjectView& object) {
  const dump::Heap& heap = view.heap;
  const ObjectId id = object.object;
  const bool reachable = view.dominators.reachable.contains(id);
  const std::uint64_t retained = view.dominators.retained[id.value()];
  Facts facts;
  facts.title = analysis::object_text(heap, id);
  facts.longest_name = std::string_view("dominator").size();
  const auto add = [&facts](const char* name, Phrase text) {
    facts.facts.push_back({name, std::move(text)});
  };
  add("type", {std::string(heap.type_name(id))});
  add("size", {Bytes{heap.size(id)}});
  if (reachable) {
    add("retained",
        {Bytes{retained}, fmt::format(", {} of the reachable heap",
                                      share_text(retained, view.dominators.reachable_size))});
  } else {
    add("retained", {"unreachable: retains nothing"});
  }
  add("refcount", {refcount_text(heap, object)});
  add("flags", {flags_text(heap.flags(id))});
  if (const dump::AllocationSite* const site = analysis::site_of(heap, id)) {
    add("allocated", {analysis::site_text(heap, *site)});
  }
  for (const dump::Root& root : object.roots) {
    add("root", {analysis::root_text(heap, root)});
  }
  const ObjectId dominator = view.dominators.dominator[id.value()];
  if (reachable) {
    add("dominator", {dominator.has_value() ? analysis::object_text(heap, dominator)
                                            : "none: held by roots, or along several paths"});
  }
  add("path", {shown_path_to(view, id)});
  return facts;
}

/// `key`: the place of the listing in JSON.
Listing neighbours_listing(const AnalyzedHeap& view,
                           const char* title,
                           const char* key,
                           const std::vector<Neighbour>& neighbours,
                           const PageOptions& options) {
  Listing listing;
  listing.title = fmt::format("{} ({})", title, count_text(neighbours.size()));
  listing.key = key;
  listing.columns = {{Kind::kText, "reference", "reference", true},
                     {Kind::kSize, "retained"},
                     {Kind::kText, "object", "", true},
                     {Kind::kText, "", "kind"}};
  if (options.for_programs) {
    add_object_columns(listing.columns, "");
  }
  const std::size_t shown = within(options.limit, neighbours.size());
  for (std::size_t at = 0; at < shown; ++at) {
    const auto& [reference, other] = neighbours[at];
    Listing::Cells cells = {analysis::reference_text(view.heap, reference),
                            view.dominators.retained[other.value()],
                            analysis::object_text(view.heap, other),
                            std::string(dump::to_string(view.heap.reference(reference).kind))};
    if (options.for_programs) {
      add_object_cells(cells, view, other);
    }
    listing.add(std::move(cells));
  }
  if (shown < neighbours.size()) {
    Listing::Cells others(listing.columns.size());
    others[2] = others_text(neighbours.size() - shown);
    listing.add_summary(std::move(others));
  }
  return listing;
}

void add_weak(Page& page,
              const char* title,
              const dump::Heap& heap,
              const std::vector<ObjectId>& objects,
              std::size_t limit) {
  if (objects.empty()) {
    return;
  }
  Listing listing;
  listing.title = fmt::format("{} ({})", title, count_text(objects.size()));
  listing.columns = {{Kind::kText, "object", "", true}};
  const std::size_t shown = within(limit, objects.size());
  for (std::size_t at = 0; at < shown; ++at) {
    listing.add({analysis::object_text(heap, objects[at])});
  }
  if (shown < objects.size()) {
    listing.add_summary({others_text(objects.size() - shown)});
  }
  page.blocks.emplace_back(std::move(listing));
}

Listing::Cell addresses_of(const dump::Heap& heap, const std::vector<ObjectId>& objects) {
  Listing addresses;
  addresses.columns = {{Kind::kText, "", std::string(Listing::kBareValue)}};
  for (const ObjectId id : objects) {
    addresses.add({analysis::address_text(heap.address(id))});
  }
  return nested(std::move(addresses));
}

void add_fields(Page& page, const AnalyzedHeap& view, const ObjectView& object) {
  const dump::Heap& heap = view.heap;
  const ObjectId id = object.object;
  const ObjectFlags flags = heap.flags(id);
  const bool tracked = flags.has(ObjectFlags::kGcTracked);
  add_object_fields(page, "object", view, id);
  const auto add = [&page](const std::string& key, Listing::Cell value) {
    page.fields.push_back({"object." + key, std::move(value)});
  };
  add("reachable", view.dominators.reachable.contains(id));
  add("surplus", object.surplus);
  add("gc_tracked", tracked);
  add("generation", tracked ? Listing::Cell(std::uint64_t{flags.generation()}) : Listing::Cell());
  add("has_finalizer", flags.has(ObjectFlags::kHasFinalizer));
  add("conservative", flags.has(ObjectFlags::kConservative));
  add("static_storage", flags.has(ObjectFlags::kStaticStorage));
  if (const dump::AllocationSite* const site = analysis::site_of(heap, id)) {
    add("allocated_at.function", known(std::string(heap.string(site->function))));
    add("allocated_at.file", std::string(heap.string(site->file)));
    add("allocated_at.line", std::uint64_t{site->line});
  } else {
    add("allocated_at", std::monostate());
  }
  add_object_fields(page, "object.dominator", view, view.dominators.dominator[id.value()]);
  add_path_fields(page, "object.path", view, id);
  Listing roots;
  roots.columns = {{Kind::kText, "", "kind"}, {Kind::kText, "", "text"}};
  for (const dump::Root& root : object.roots) {
    roots.add({std::string(dump::to_string(root.kind)), analysis::root_text(heap, root)});
  }
  add("roots", nested(std::move(roots)));
  add("referrer_count", std::uint64_t{object.referrers.size()});
  add("referent_count", std::uint64_t{object.referents.size()});
}

}  // namespace

std::string flags_text(ObjectFlags flags) {
  std::string text;
  const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : ", ") + word; };
  if (flags.has(ObjectFlags::kGcTracked)) {
    add(flags.generation() == ObjectFlags::kPermanentGeneration
            ? "gc-tracked, frozen"
            : fmt::format("gc-tracked, generation {}", flags.generation()));
  }
  const auto add_if = [&](ObjectFlags::Bit bit, const char* word) {
    if (flags.has(bit)) {
      add(word);
    }
  };
  add_if(ObjectFlags::kHasFinalizer, "has a finalizer");
  add_if(ObjectFlags::kHasWeakrefs, "weakly referenced");
  add_if(ObjectFlags::kStaticStorage, "static, never freed");
  add_if(ObjectFlags::kSynthetic, "synthetic: groups others");
  add_if(ObjectFlags::kConservative, "layout unknown, references found by scanning");
  add_if(ObjectFlags::kUnenumerated, "not enumerated by the runtime");
  return text.empty() ? "none" : text;
}

ObjectView object_view_of(const AnalyzedHeap& view, ObjectId object) {
  const dump::Heap& heap = view.heap;
  ObjectView result;
  result.object = object;
  result.surplus = dump::surplus_counts(heap)[object.value()];
  std::copy_if(heap.roots().begin(), heap.roots().end(), std::back_inserter(result.roots),
               [object](const dump::Root& root) { return root.object == object; });
  const auto referrers = heap.referrers(object);
  result.referrers.assign(referrers.begin(), referrers.end());
  std::stable_sort(result.referrers.begin(), result.referrers.end(),
                   [&view](const Referrer& a, const Referrer& b) {
                     return view.dominators.retained[a.source.value()] >
                            view.dominators.retained[b.source.value()];
                   });
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(object); ++ordinal) {
    result.referents.push_back({object, ordinal});
  }
  const auto from = heap.weak_references(object);
  result.weak_from.assign(from.begin(), from.end());
  const auto weak = heap.columns().weak.span();
  std::copy_if(
      weak.begin(), weak.end(), std::back_inserter(result.weak_to),
      [object](const dump::WeakReference& reference) { return reference.target == object; });
  return result;
}

Page object_page(const AnalyzedHeap& view, const ObjectView& object, const PageOptions& options) {
  std::vector<Neighbour> referrers;
  for (const Referrer reference : object.referrers) {
    referrers.push_back({reference, reference.source});
  }
  std::vector<Neighbour> referents;
  for (const Referrer reference : object.referents) {
    referents.push_back({reference, view.heap.reference(reference).target});
  }
  std::vector<ObjectId> weak_referrers;
  for (const dump::WeakReference& reference : object.weak_to) {
    weak_referrers.push_back(reference.source);
  }
  std::vector<ObjectId> weak_referents;
  for (const dump::WeakReference& reference : object.weak_from) {
    weak_referents.push_back(reference.target);
  }
  Page page;
  page.blocks.emplace_back(facts_of(view, object));
  Listing to = neighbours_listing(view, "Referrers", "object.referrers", referrers, options);
  to.is_main = true;
  page.blocks.emplace_back(std::move(to));
  page.blocks.emplace_back(
      neighbours_listing(view, "Referents", "object.referents", referents, options));
  add_weak(page, "Weak references to it", view.heap, weak_referrers, options.limit);
  add_weak(page, "Weak references from it", view.heap, weak_referents, options.limit);
  if (options.for_programs) {
    add_fields(page, view, object);
    page.fields.push_back({"object.weak_referrers", addresses_of(view.heap, weak_referrers)});
    page.fields.push_back({"object.weak_referents", addresses_of(view.heap, weak_referents)});
  }
  return page;
}

}  // namespace heapscan::cli
