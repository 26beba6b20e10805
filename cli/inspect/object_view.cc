#include "cli/inspect/object_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/render/table.h"
#include "dump/native_roots.h"

namespace heapscan::cli {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using dump::Referrer;

void print_fact(std::ostream& out, const char* name, const std::string& text) {
  out << fmt::format("  {:<11}{}\n", name, text);
}

/// Where the object was allocated, or null when the dump does not tell.
const dump::AllocationSite* site_of(const dump::Heap& heap, ObjectId id) {
  const dump::HeapColumns& columns = heap.columns();
  const dump::SiteId site = columns.site.empty() ? dump::SiteId::none() : columns.site[id.value()];
  return site.has_value() ? &columns.sites[site.value()] : nullptr;
}

/// "shop/cache.py:12", with the function in front if it is known.
std::string site_text(const dump::Heap& heap, const dump::AllocationSite& site) {
  const std::string_view function = heap.string(site.function);
  return fmt::format("{}{}{}:{}", function, function.empty() ? "" : " at ", heap.string(site.file),
                     site.line);
}

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
                     : fmt::format(", {} fewer than the dump has references", -object.surplus));
}

/// A titled table of references; `end` says which end of each is shown.
template <class Describe>
void print_references(std::ostream& out,
                      const std::string& title,
                      const std::vector<Referrer>& references,
                      const Describe& describe,
                      const TextStyle& style) {
  out << '\n'
      << style.paint.heading(fmt::format("{} ({})", title, count_text(references.size()))) << '\n';
  if (references.empty()) {
    out << "  none\n";
    return;
  }
  Table table({{"reference", Table::Align::kLeft}, {"retained"}, {"object", Table::Align::kLeft}});
  const std::size_t shown = style.shown(references.size());
  for (std::size_t at = 0; at < shown; ++at) {
    table.add(describe(references[at]));
  }
  if (shown < references.size()) {
    table.add_summary({"", "", fmt::format("[{}]", counted(references.size() - shown, "other"))});
  }
  table.print(out, style.paint, style.width);
}

void print_weak(std::ostream& out,
                const char* title,
                const dump::Heap& heap,
                const std::vector<ObjectId>& objects,
                const TextStyle& style) {
  if (objects.empty()) {
    return;
  }
  out << '\n'
      << style.paint.heading(fmt::format("{} ({})", title, count_text(objects.size()))) << '\n';
  const std::size_t shown = style.shown(objects.size());
  for (std::size_t at = 0; at < shown; ++at) {
    out << "  " << shown_object(heap, objects[at]) << '\n';
  }
  if (shown < objects.size()) {
    out << style.paint.quiet(fmt::format("  [{}]", counted(objects.size() - shown, "other")))
        << '\n';
  }
}

Json json_reference(const AnalyzedHeap& view, Referrer reference, ObjectId other) {
  Json row = json_object(view, other);
  row["reference"] = json_text(analysis::reference_text(view.heap, reference));
  row["kind"] = dump::to_string(view.heap.reference(reference).kind);
  return row;
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
  add_if(ObjectFlags::kHasWeakrefs, "weakly referred to");
  add_if(ObjectFlags::kStaticStorage, "static, never freed");
  add_if(ObjectFlags::kSynthetic, "made by heapscan to group others");
  add_if(ObjectFlags::kConservative, "layout unknown, references found by scanning");
  add_if(ObjectFlags::kUnenumerated, "in no list of the runtime");
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

void print_object(std::ostream& out,
                  const AnalyzedHeap& view,
                  const ObjectView& object,
                  const TextStyle& style) {
  const dump::Heap& heap = view.heap;
  const ObjectId id = object.object;
  const bool reachable = view.dominators.reachable.contains(id);
  const std::uint64_t retained = view.dominators.retained[id.value()];
  out << style.paint.heading(shown_object(heap, id)) << '\n';
  print_fact(out, "type", printable(heap.type_name(id)));
  print_fact(out, "size", size_text(heap.size(id), style.unit));
  print_fact(out, "retained",
             reachable ? fmt::format("{}, {} of what is reachable", size_text(retained, style.unit),
                                     share_text(retained, view.dominators.reachable_size))
                       : "not reachable: retains nothing");
  print_fact(out, "refcount", refcount_text(heap, object));
  print_fact(out, "flags", flags_text(heap.flags(id)));
  if (const dump::AllocationSite* const site = site_of(heap, id)) {
    print_fact(out, "allocated", printable(site_text(heap, *site)));
  }
  for (const dump::Root& root : object.roots) {
    print_fact(out, "root", printable(analysis::root_text(heap, root)));
  }
  const ObjectId dominator = view.dominators.dominator[id.value()];
  if (reachable) {
    print_fact(out, "dominator",
               dominator.has_value() ? shown_object(heap, dominator)
                                     : "none: it is held by roots, or in several ways");
  }
  print_fact(out, "path", shown_path_to(view, id));

  const auto retained_text = [&](ObjectId other) {
    return size_text(view.dominators.retained[other.value()], style.unit);
  };
  print_references(
      out, "Referrers", object.referrers,
      [&](Referrer reference) -> std::vector<std::string> {
        return {shown_reference(heap, reference), retained_text(reference.source),
                shown_object(heap, reference.source)};
      },
      style);
  print_references(
      out, "Referents", object.referents,
      [&](Referrer reference) -> std::vector<std::string> {
        const ObjectId target = heap.reference(reference).target;
        return {shown_reference(heap, reference), retained_text(target),
                shown_object(heap, target)};
      },
      style);
  std::vector<ObjectId> sources;
  for (const dump::WeakReference& reference : object.weak_to) {
    sources.push_back(reference.source);
  }
  print_weak(out, "Weak references to it", heap, sources, style);
  std::vector<ObjectId> targets;
  for (const dump::WeakReference& reference : object.weak_from) {
    targets.push_back(reference.target);
  }
  print_weak(out, "Weak references that it has", heap, targets, style);
}

Json json_object_view(const AnalyzedHeap& view, const ObjectView& object, std::size_t limit) {
  const dump::Heap& heap = view.heap;
  const ObjectId id = object.object;
  const ObjectId dominator = view.dominators.dominator[id.value()];
  const auto shown = [limit](std::size_t rows) {
    return limit == 0 ? rows : std::min(limit, rows);
  };
  Json result = json_object(view, id);
  const ObjectFlags flags = heap.flags(id);
  result["reachable"] = view.dominators.reachable.contains(id);
  result["surplus"] = object.surplus;
  result["gc_tracked"] = flags.has(ObjectFlags::kGcTracked);
  result["generation"] =
      flags.has(ObjectFlags::kGcTracked) ? Json(flags.generation()) : Json(nullptr);
  result["has_finalizer"] = flags.has(ObjectFlags::kHasFinalizer);
  result["conservative"] = flags.has(ObjectFlags::kConservative);
  result["static_storage"] = flags.has(ObjectFlags::kStaticStorage);
  const dump::AllocationSite* const site = site_of(heap, id);
  result["allocated_at"] =
      site == nullptr ? Json(nullptr)
                      : Json({{"function", json_known(std::string(heap.string(site->function)))},
                              {"file", json_text(heap.string(site->file))},
                              {"line", site->line}});
  result["dominator"] = dominator.has_value() ? json_object(view, dominator) : Json(nullptr);
  result["path"] = json_path(view, id);
  result["roots"] = Json::array();
  for (const dump::Root& root : object.roots) {
    result["roots"].push_back({{"kind", dump::to_string(root.kind)},
                               {"text", json_text(analysis::root_text(heap, root))}});
  }
  result["referrer_count"] = object.referrers.size();
  result["referrers"] = Json::array();
  for (std::size_t at = 0; at < shown(object.referrers.size()); ++at) {
    const Referrer reference = object.referrers[at];
    result["referrers"].push_back(json_reference(view, reference, reference.source));
  }
  result["referent_count"] = object.referents.size();
  result["referents"] = Json::array();
  for (std::size_t at = 0; at < shown(object.referents.size()); ++at) {
    const Referrer reference = object.referents[at];
    result["referents"].push_back(
        json_reference(view, reference, heap.reference(reference).target));
  }
  result["weak_referrers"] = Json::array();
  for (const dump::WeakReference& reference : object.weak_to) {
    result["weak_referrers"].push_back(json_address(heap.address(reference.source)));
  }
  result["weak_referents"] = Json::array();
  for (const dump::WeakReference& reference : object.weak_from) {
    result["weak_referents"].push_back(json_address(heap.address(reference.target)));
  }
  return result;
}

}  // namespace heapscan::cli
