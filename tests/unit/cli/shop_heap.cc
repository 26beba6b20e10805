#include "tests/unit/cli/shop_heap.h"

#include <string>

namespace heapscan::tests {
namespace {

using dump::ObjectFlags;

void set_facts(dump::ProcessFacts& facts) {
  facts.runtime = "CPython";
  facts.version = "3.11.2";
  facts.collector = "cpython-live";
  facts.heapscan = "0.1.0";
  facts.host = "web-3";
  facts.command = "python3 -m shop --port 8000";
  facts.pid = 4242;
  facts.process_start = 77;
  facts.taken_at = 1'700'000'000;
  facts.pause_us = 210'000;
  facts.rss = 50 << 20;
  facts.rss_anonymous = 40 << 20;
  facts.rss_file = 10 << 20;
  facts.gc_enabled = 1;
  facts.gc_threshold = {700, 10, 10};
  facts.gc_count = {12, 3, 1};
}

}  // namespace

ShopHeap shop_heap(int sessions, int cycles) {
  ShopHeap shop;
  HeapSketch& sketch = shop.sketch;
  set_facts(sketch.facts());
  shop.module = sketch.module("shop");
  const ObjectFlags old = ObjectFlags().set(ObjectFlags::kGcTracked).set_generation(2);
  shop.sessions = sketch.object("dict", 4096, old);
  sketch.global(shop.module, "_SESSIONS", shop.sessions);
  for (int number = 0; number < sessions; ++number) {
    const auto session = sketch.object("shop.Session", 48, old);
    sketch.entry(shop.sessions, sketch.text("u-" + std::to_string(number)), session);
    const auto basket = sketch.object("list", 1000, old);
    sketch.attribute(session, basket, "basket");
    if (number == 0) {
      shop.first_session = session;
      sketch.weak(sketch.object("weakref", 72), session);
    }
  }
  for (int number = 0; number < cycles; ++number) {
    const auto node =
        sketch.object("shop.Node", 64,
                      ObjectFlags().set(ObjectFlags::kGcTracked).set(ObjectFlags::kHasFinalizer));
    const auto other = sketch.object("shop.Node", 64, ObjectFlags().set(ObjectFlags::kGcTracked));
    sketch.attribute(node, other, "next");
    sketch.attribute(other, node, "prev");
    sketch.attribute(other, sketch.text("left over"), "note");
    if (number == 0) {
      shop.first_cycle = node;
    }
  }
  const auto buffer =
      sketch.object("numpy.ndarray", 8192, ObjectFlags().set(ObjectFlags::kConservative));
  sketch.global(shop.module, "_BUFFER", buffer);
  sketch.extra_count(buffer, 1);
  return shop;
}

}  // namespace heapscan::tests
