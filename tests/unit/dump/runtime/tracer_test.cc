#include "dump/runtime/tracing/tracer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "dump/runtime/types/values.h"

namespace heapscan::dump::runtime {
namespace {

TEST(Tracing, RecordsTheLineAndFunctionWhereAnObjectWasCreated) {
  Runtime runtime;
  runtime.tracer().start();
  const Ref list = list::make(runtime);
  const std::uint32_t line = __LINE__ - 1;
  const auto row = runtime.tracer().site_of(list.get());
  ASSERT_TRUE(row);
  const TraceSite& site = runtime.tracer().sites()[*row];
  EXPECT_EQ(site.line, line);
  EXPECT_NE(site.file.find("tracer_test.cc"), std::string::npos);
  EXPECT_EQ(site.function, "TestBody");
}

TEST(Tracing, RecordsTheInnermostFrameThatTheProgramDeclared) {
  Runtime runtime;
  runtime.tracer().start();
  const FrameScope outer(runtime, "serve");
  const FrameScope inner(runtime, "handle_request");
  const Ref list = list::make(runtime);
  const auto row = runtime.tracer().site_of(list.get());
  ASSERT_TRUE(row);
  EXPECT_EQ(runtime.tracer().sites()[*row].function, "handle_request");
}

TEST(Tracing, CountsBytesAsObjectsGrowAndDie) {
  Runtime runtime;
  const Ref before = list::make(runtime);
  runtime.tracer().start();
  EXPECT_FALSE(runtime.tracer().site_of(before.get()));
  Ref list = list::make(runtime);
  EXPECT_EQ(runtime.tracer().current_bytes(), 56U);
  for (int i = 0; i < 1000; ++i) {
    list::append(list, none(runtime));
  }
  EXPECT_EQ(runtime.tracer().current_bytes(), getsizeof(list));
  const std::uint64_t largest = getsizeof(list);
  list.reset();
  EXPECT_EQ(runtime.tracer().current_bytes(), 0U);
  EXPECT_GE(runtime.tracer().peak_bytes(), largest);
  runtime.tracer().reset_peak();
  EXPECT_EQ(runtime.tracer().peak_bytes(), 0U);
  runtime.tracer().stop();
  EXPECT_FALSE(runtime.tracer().is_on());
}

TEST(Tracing, SnapshotsAreComparedBySiteLineAndType) {
  Runtime runtime;
  runtime.tracer().start();
  const Ref kept = list::make(runtime);
  const TraceSnapshot before = runtime.tracer().snapshot();
  std::vector<Ref> leaked;
  leaked.reserve(11);
  for (int i = 0; i < 10; ++i) {
    leaked.push_back(real(runtime, i));
  }
  leaked.push_back(dict::make(runtime));
  const TraceSnapshot after = runtime.tracer().snapshot();
  EXPECT_EQ(before.objects, 1U);
  EXPECT_EQ(after.objects, 12U);
  EXPECT_EQ(after.bytes, 56U + 240U + 64U);
  const auto by_type = compare(before, after, TraceKey::kType);
  ASSERT_EQ(by_type.size(), 2U);
  EXPECT_EQ(by_type[0].key, "float");
  EXPECT_EQ(by_type[0].objects, 10);
  EXPECT_EQ(by_type[0].bytes, 240);
  EXPECT_EQ(by_type[1].key, "dict");
  EXPECT_EQ(compare(before, after, TraceKey::kLine).size(), 2U);
  EXPECT_NE(compare(before, after, TraceKey::kSite)[0].key.find(" in TestBody"), std::string::npos);
  EXPECT_EQ(compare(after, before, TraceKey::kType)[0].bytes, -240);
}

TEST(Events, ReportEveryAllocationFreeAndCollection) {
  Runtime runtime;
  std::vector<std::string> events;
  runtime.set_listener([&events](const Event& event) {
    switch (event.kind) {
      case EventKind::kAllocated:
        events.push_back("made " + std::string(type_name(event.object)));
        return;
      case EventKind::kFreed:
        events.push_back("freed " + std::string(type_name(event.object)) + " of " +
                         std::to_string(event.size));
        return;
      case EventKind::kCollectionBegins:
        events.push_back("begin " + std::to_string(event.generation));
        return;
      case EventKind::kCollectionEnds:
        events.push_back("end, found " + std::to_string(event.collected));
        return;
    }
  });
  {
    const Ref list = list::make(runtime);
    list::append(list, list);
  }
  runtime.gc().collect();
  runtime.set_listener(nullptr);
  (void)list::make(runtime);
  EXPECT_EQ(events,
            (std::vector<std::string>{"made list", "begin 2", "freed list of 56", "end, found 1"}));
}

}  // namespace
}  // namespace heapscan::dump::runtime
