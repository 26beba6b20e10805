#include "tests/unit/formats/sample_heaps.h"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dump/heap_builder.h"

namespace heapscan::tests {
namespace {

using dump::HeapBuilder;
using dump::ObjectFlags;
using dump::PendingObject;
using dump::StringId;

void fill_facts(dump::ProcessFacts& facts) {
  facts.runtime = "CPython";
  facts.version = "3.11.2";
  facts.collector = "test";
  facts.heapscan = "0.1.0";
  facts.host = "host\nof two lines";
  facts.command = std::string("python3 -c \0 x=1", 16);
  facts.pid = 4711;
  facts.process_start = 123456789;
  facts.taken_at = 1700000000;
  facts.pause_us = -7;
  facts.rss = std::int64_t{1} << 40U;
  facts.rss_anonymous = 11;
  facts.rss_file = 12;
  facts.rss_shared = 13;
  facts.gc_threshold = {700, 10, 11};
  facts.gc_count = {1, 2, 3};
  facts.gc_enabled = 0;
  facts.gc_collections = {4, 5, 6};
  facts.gc_collected = {7, 8, 9};
  facts.gc_uncollectable = {10, 11, 12};
  facts.bad_references = 5;
  facts.complete = false;
}

void add_threads_sites_and_regions(HeapBuilder& builder) {
  const StringId main = builder.intern("main");
  const StringId file = builder.intern("/srv/app.py");
  builder.add_thread(77, builder.intern("MainThread"), {{main, file, 3}, {main, file, 9}});
  builder.add_thread(std::uint64_t{1} << 50U, StringId::none(), {{file, main, 0}});
  builder.add_site({main, file, 12});
  builder.add_site({StringId::none(), file, 0});
  for (unsigned kind = 0; kind < dump::kRegionKinds; ++kind) {
    dump::MemoryRegion region;
    region.address = 0x7f0000000000 + (std::uint64_t{kind} << 20U);
    region.size = 4096U << kind;
    region.used = 100 + kind;
    region.kind = static_cast<dump::RegionKind>(kind);
    region.name = kind == 0 ? builder.intern("[heap]") : StringId::none();
    region.block_size = 16 * kind;
    builder.add_region(region);
  }
}

void add_every_reference(HeapBuilder& builder, const std::vector<PendingObject>& objects) {
  const StringId name = builder.intern("name");
  const StringId text = builder.intern(std::string_view("\xff\x1b[31m\0", 7));
  builder.add_attribute(objects[0], objects[1], name);
  builder.add_item(objects[0], objects[2], 0xFFFFFFFF);
  builder.add_key(objects[1], objects[3], 0);
  builder.add_value(objects[1], objects[4], objects[3]);
  builder.add_value(objects[1], objects[0], objects[5]);
  builder.add_cell(objects[2], objects[0], text);
  builder.add_local(objects[2], objects[5], name);
  builder.add_type_reference(objects[3], objects[4]);
  builder.add_type_reference(objects[4], objects[0]);
  builder.add_internal(objects[4], objects[4], text);
  builder.add_conservative(objects[5], objects[0], 24);
  builder.add_weak(objects[0], objects[5], name);
  builder.add_weak(objects[5], objects[0], StringId::none());
  for (unsigned kind = 0; kind < dump::kRootKinds; ++kind) {
    builder.add_root(static_cast<dump::RootKind>(kind), objects[kind % objects.size()],
                     kind % 2 == 0 ? name : StringId::none(), kind % 3 == 0);
  }
}

}  // namespace

dump::Heap empty_heap() {
  return HeapBuilder().finish();
}

dump::Heap heap_with_everything() {
  HeapBuilder builder;
  const dump::TypeId first = builder.add_type("shop.Session");
  const dump::TypeId second = builder.add_type("dict");
  std::vector<PendingObject> objects;
  for (std::uint64_t row = 0; row < 6; ++row) {
    ObjectFlags flags(static_cast<std::uint16_t>(row * 0x51 % ObjectFlags::kKnownBits));
    objects.push_back(builder.add_object({.address = 0x7f0000001000 + row * row * 48,
                                          .type = row % 2 == 0 ? first : second,
                                          .size = row == 5 ? std::uint64_t{6} << 30U : 16 + row,
                                          .refcount = row == 3 ? dump::kImmortal : row,
                                          .flags = flags}));
    builder.set_content_hash(objects.back(), 0x9E3779B97F4A7C15U * row);
  }
  builder.set_type_object(first, objects[4]);
  add_threads_sites_and_regions(builder);
  builder.set_site(objects[1], dump::SiteId(1));
  builder.set_site(objects[2], dump::SiteId(0));
  builder.set_value(objects[1], "");
  builder.set_value(objects[5], "'\xE2\x82\xAC'");
  add_every_reference(builder, objects);
  fill_facts(builder.facts());
  return std::move(builder).finish();
}

dump::Heap random_heap(std::uint32_t objects, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint64_t limit) { return random() % limit; };
  HeapBuilder builder;
  std::vector<dump::TypeId> types;
  std::vector<StringId> names;
  for (int row = 0; row < 50; ++row) {
    types.push_back(builder.add_type("package.Type" + std::to_string(row)));
    names.push_back(builder.intern("name" + std::to_string(row)));
  }
  for (int row = 0; row < 20; ++row) {
    builder.add_site({names[below(50)], names[below(50)], static_cast<std::uint32_t>(row)});
  }
  std::vector<PendingObject> all;
  std::uint64_t address = 0x7f0000000000;
  for (std::uint32_t row = 0; row < objects; ++row) {
    address += 16 * (1 + below(8));
    all.push_back(builder.add_object({.address = address,
                                      .type = types[below(types.size())],
                                      .size = 16 + below(200),
                                      .refcount = below(4),
                                      .flags = ObjectFlags(static_cast<std::uint16_t>(below(8)))}));
    if (below(3) == 0) {
      builder.set_value(all.back(), "value " + std::to_string(below(1000)));
      builder.set_content_hash(all.back(), random());
      builder.set_site(all.back(), dump::SiteId(static_cast<std::uint32_t>(below(20))));
    }
  }
  const auto any = [&] { return all[below(all.size())]; };
  for (std::size_t row = 0; row < types.size() && objects > 0; row += 2) {
    builder.set_type_object(types[row], any());
  }
  for (const PendingObject source : all) {
    const StringId name = names[below(names.size())];
    builder.add_type_reference(source, any());
    builder.add_attribute(source, any(), name);
    builder.add_item(source, any(), static_cast<std::uint32_t>(below(100)));
    if (below(2) == 0) {
      const PendingObject key = any();
      builder.add_key(source, key, 3);
      builder.add_value(source, any(), key);
      builder.add_cell(source, any(), name);
      builder.add_local(source, any(), name);
      builder.add_internal(source, any(), name);
      builder.add_conservative(source, any(), 8);
      builder.add_weak(source, any(), name);
      builder.add_root(dump::RootKind::kNative, source, StringId::none(), true);
    }
  }
  return std::move(builder).finish();
}

}  // namespace heapscan::tests
