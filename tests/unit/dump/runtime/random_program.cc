#include "tests/unit/dump/runtime/random_program.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <gtest/gtest.h>

#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/types/values.h"

namespace heapscan::tests {

using namespace dump::runtime;  // NOLINT(google-build-using-namespace): all of it is about this.

namespace {

constexpr std::size_t kMostHandles = 40;
constexpr std::uint64_t kDictKeys = 8;

/// The number of keys under which an object of the kind can hold something.
std::uint64_t keys_of(Kind kind) {
  switch (kind) {
    case Kind::kDict:
      return kDictKeys;
    case Kind::kInstance:
    case Kind::kFrame:
      return 2;
    case Kind::kCell:
      return 1;
    default:
      return 0;
  }
}

const char* name_of_key(std::uint64_t key) {
  return key == 0 ? "a" : "b";
}

bool can_be_in_set(Kind kind) {
  return kind == Kind::kFloat || kind == Kind::kInstance || kind == Kind::kFunction ||
         kind == Kind::kFrame;
}

std::set<const Object*> live_objects(const Runtime& runtime) {
  std::set<const Object*> result;
  runtime.heap().allocator.for_each_object(
      [&result](void* object) { result.insert(static_cast<const Object*>(object)); });
  return result;
}

}  // namespace

RandomProgram::RandomProgram(std::uint32_t seed) : random_(seed) {
  runtime_.gc().disable();
  ClassFacts facts;
  facts.name = "program.Node";
  facts.slots = {"a", "b"};
  facts.has_dict = false;
  facts.finalizer = [this](View object) { finalized_.insert(row_of_.at(object.get())); };
  class_ = klass::make(runtime_, facts);
  name_ = str::make(runtime_, "body");
  on_death_ = function::make(runtime_, "on_death", [this](const function::Call&) {
    ++callbacks_;
    return Ref();
  });
  baseline_ = live_objects(runtime_);
}

void RandomProgram::add_node(Kind kind,
                             Ref made,
                             std::vector<std::pair<std::uint64_t, Row>> edges) {
  const Row row = nodes_.size();
  for (const auto& edge : edges) {
    ++nodes_[edge.second].count;
  }
  nodes_.push_back({kind, made.get(), true, 1, std::move(edges)});
  row_of_[made.get()] = row;
  handles_.emplace_back(row, std::move(made));
}

void RandomProgram::make() {
  if (handles_.size() >= kMostHandles) {
    drop_handle();
  }
  switch (pick(11)) {
    case 0:
      add_node(Kind::kFloat, real(runtime_, static_cast<double>(nodes_.size()) + 0.5));
      return;
    case 1:
    case 2:
      add_node(Kind::kList, list::make(runtime_));
      return;
    case 3:
    case 4:
      add_node(Kind::kInstance, instance::make(class_));
      return;
    case 5:
      add_node(Kind::kDict, dict::make(runtime_));
      return;
    case 6:
      add_node(Kind::kSet, set::make(runtime_));
      return;
    case 7:
      add_node(Kind::kDeque, deque::make(runtime_));
      return;
    case 8:
      add_node(Kind::kCell, cell::make(runtime_, View()));
      return;
    case 9:
      add_node(Kind::kFrame, suspended_frame::make(runtime_, "body", {{"a", {}}, {"b", {}}}));
      return;
    default:
      break;
  }
  std::vector<std::pair<std::uint64_t, Row>> edges;
  std::vector<View> items;
  for (std::uint64_t at = pick(4); !handles_.empty() && at > 0; --at) {
    const Row target = pick_held();
    edges.emplace_back(edges.size(), target);
    items.push_back(view(target));
  }
  if (!edges.empty() && nodes_[edges[0].second].kind == Kind::kCell) {
    add_node(Kind::kFunction,
             function::make(runtime_, "body", [](const function::Call&) { return Ref(); },
                            {{"a", items[0]}}),
             {edges[0]});
  } else if (!edges.empty()) {
    add_node(Kind::kTuple, tuple::make(runtime_, items), edges);
  }
}

void RandomProgram::make_weak() {
  if (weak_.size() > 20) {
    weak_.erase(weak_.begin() + pick(weak_.size()));
    return;
  }
  const Row row = pick_held();
  if (nodes_[row].kind != Kind::kInstance && nodes_[row].kind != Kind::kSet) {
    return;
  }
  const bool has_callback = pick(2) == 0;
  weak_.push_back(
      {row, weak::make(view(row), has_callback ? View(on_death_) : View()), has_callback});
}

void RandomProgram::add_edge(Row source, std::uint64_t key, Row target) {
  nodes_[source].edges.emplace_back(key, target);
  ++nodes_[target].count;
}

void RandomProgram::remove_edge(Row source, std::size_t at) {
  auto& edges = nodes_[source].edges;
  const Row target = edges[at].second;
  edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(at));
  release(target);
}

void RandomProgram::release(Row row) {
  if (--nodes_[row].count == 0) {
    bury({row});
  }
}

void RandomProgram::bury(std::vector<Row> dying) {
  while (!dying.empty()) {
    Node& node = nodes_[dying.back()];
    const Row row = dying.back();
    dying.pop_back();
    node.alive = false;
    if (node.kind == Kind::kInstance) {
      expected_finalized_.insert(row);
    }
    expected_callbacks_ += static_cast<std::uint64_t>(std::count_if(
        weak_.begin(), weak_.end(),
        [row](const Weak& weak) { return weak.referent == row && weak.has_callback; }));
    for (const auto& edge : node.edges) {
      Node& target = nodes_[edge.second];
      if (--target.count == 0 && target.alive) {
        dying.push_back(edge.second);
      }
    }
    node.edges.clear();
  }
}

void RandomProgram::link_keyed(Row source, std::uint64_t key, Row target) {
  switch (nodes_[source].kind) {
    case Kind::kDict:
      dict::set(view(source), integer(runtime_, static_cast<std::int64_t>(key)), view(target));
      return;
    case Kind::kInstance:
      instance::set(view(source), name_of_key(key), view(target));
      return;
    case Kind::kFrame:
      suspended_frame::set(view(source), name_of_key(key), view(target));
      return;
    default:
      cell::set(view(source), view(target));
      return;
  }
}

void RandomProgram::unlink_keyed(Row source, std::uint64_t key) {
  switch (nodes_[source].kind) {
    case Kind::kDict:
      dict::remove(view(source), integer(runtime_, static_cast<std::int64_t>(key)));
      return;
    case Kind::kInstance:
      instance::remove(view(source), name_of_key(key));
      return;
    case Kind::kFrame:
      suspended_frame::set(view(source), name_of_key(key), View());
      return;
    default:
      cell::set(view(source), View());
      return;
  }
}

void RandomProgram::link() {
  const Row source = pick_held();
  const Row target = pick_held();
  const Kind kind = nodes_[source].kind;
  const auto& edges = nodes_[source].edges;
  if (kind == Kind::kList) {
    list::append(view(source), view(target));
    add_edge(source, 0, target);
  } else if (kind == Kind::kDeque) {
    deque::append(view(source), view(target));
    add_edge(source, 0, target);
  } else if (kind == Kind::kSet && can_be_in_set(nodes_[target].kind)) {
    const bool is_new = std::none_of(edges.begin(), edges.end(),
                                     [target](const auto& edge) { return edge.second == target; });
    set::add(view(source), view(target));
    if (is_new) {
      add_edge(source, 0, target);
    }
  } else if (keys_of(kind) > 0) {
    const std::uint64_t key = pick(keys_of(kind));
    const auto old = std::find_if(edges.begin(), edges.end(),
                                  [key](const auto& edge) { return edge.first == key; });
    link_keyed(source, key, target);
    const auto at = old - edges.begin();
    const bool replaces = old != edges.end();
    add_edge(source, key, target);
    if (replaces) {
      remove_edge(source, static_cast<std::size_t>(at));
    }
  }
}

void RandomProgram::unlink() {
  const Row source = pick_held();
  const Kind kind = nodes_[source].kind;
  const auto& edges = nodes_[source].edges;
  if (edges.empty()) {
    return;
  }
  const std::size_t at = pick(edges.size());
  if (kind == Kind::kList) {
    (void)list::remove_at(view(source), at);
    remove_edge(source, at);
  } else if (kind == Kind::kDeque) {
    (void)deque::pop_left(view(source));
    remove_edge(source, 0);
  } else if (kind == Kind::kSet) {
    set::remove(view(source), view(edges[at].second));
    remove_edge(source, at);
  } else if (keys_of(kind) > 0) {
    unlink_keyed(source, edges[at].first);
    remove_edge(source, at);
  }
}

void RandomProgram::take_child() {
  const Row source = pick_held();
  const auto& edges = nodes_[source].edges;
  if (!edges.empty() && handles_.size() < kMostHandles) {
    const Row child = edges[pick(edges.size())].second;
    ++nodes_[child].count;
    handles_.emplace_back(child, Ref(view(child)));
  }
}

void RandomProgram::drop_handle() {
  std::swap(handles_[pick(handles_.size())], handles_.back());
  const Row row = handles_.back().first;
  handles_.pop_back();
  release(row);
}

void RandomProgram::step(bool may_collect) {
  const unsigned choice = pick(100);
  if (handles_.empty() || choice < 20) {
    make();
  } else if (choice < 64) {
    link();
  } else if (choice < 70) {
    unlink();
  } else if (choice < 78) {
    take_child();
  } else if (choice < 94) {
    drop_handle();
  } else if (choice < 99 || !may_collect) {
    make_weak();
  } else {
    collect(pick(kGenerations));
  }
}

std::set<RandomProgram::Row> RandomProgram::unreachable_among(const std::set<Row>& rows) const {
  std::map<Row, std::uint64_t> outside;
  for (const Row row : rows) {
    outside[row] = nodes_[row].count;
  }
  for (const Row row : rows) {
    for (const auto& edge : nodes_[row].edges) {
      if (rows.count(edge.second) > 0) {
        --outside[edge.second];
      }
    }
  }
  std::set<Row> reached;
  std::vector<Row> open;
  for (const auto& [row, count] : outside) {
    if (count > 0 && reached.insert(row).second) {
      open.push_back(row);
    }
  }
  while (!open.empty()) {
    const Row row = open.back();
    open.pop_back();
    for (const auto& edge : nodes_[row].edges) {
      if (rows.count(edge.second) > 0 && reached.insert(edge.second).second) {
        open.push_back(edge.second);
      }
    }
  }
  std::set<Row> result;
  std::set_difference(rows.begin(), rows.end(), reached.begin(), reached.end(),
                      std::inserter(result, result.end()));
  return result;
}

void RandomProgram::expect_dead(const std::set<Row>& found) {
  std::vector<Row> dying;
  for (const Row row : found) {
    nodes_[row].alive = false;
    dying.push_back(row);
  }
  bury(std::move(dying));
}

void RandomProgram::collect(unsigned generation) {
  std::set<Row> young;
  for (unsigned row = 0; row <= generation; ++row) {
    for (const Ref& object : runtime_.gc().objects(row)) {
      const auto found = row_of_.find(object.get());
      if (found != row_of_.end() && nodes_[found->second].alive) {
        young.insert(found->second);
      }
    }
  }
  const std::set<Row> found = unreachable_among(young);
  EXPECT_EQ(runtime_.gc().collect(generation), found.size());
  collected_ += found.size();
  expect_dead(found);
}

void RandomProgram::check() {
  std::set<const Object*> expected = baseline_;
  for (const Node& node : nodes_) {
    if (node.alive) {
      expected.insert(node.object);
    }
  }
  for (const Weak& weak : weak_) {
    expected.insert(weak.reference.get());
    ASSERT_EQ(static_cast<bool>(weak::get(weak.reference)), nodes_[weak.referent].alive);
  }
  ASSERT_EQ(live_objects(runtime_), expected);
  for (const Node& node : nodes_) {
    if (node.alive) {
      ASSERT_EQ(getrefcount(View(node.object)), node.count);
    }
  }
  ASSERT_EQ(finalized_, expected_finalized_);
  ASSERT_EQ(callbacks_, expected_callbacks_);
}

void RandomProgram::count_refs(std::map<const Object*, std::uint64_t>& held) const {
  for (const auto& handle : handles_) {
    ++held[handle.second.get()];
  }
  for (const Weak& weak : weak_) {
    ++held[weak.reference.get()];
  }
  for (const Ref* const ref : {&class_, &name_, &on_death_}) {
    ++held[ref->get()];
  }
}

}  // namespace heapscan::tests
