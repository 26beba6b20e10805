#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/walking.h"

// xml.etree.ElementTree and expat.
namespace heapscan::dump::cpython {
namespace {

// ElementObject, and the structure that it allocates for attributes or children.
constexpr std::uint64_t kElementText = 24;
constexpr std::uint64_t kElementTail = 32;
constexpr std::uint64_t kElementExtra = 40;
constexpr std::uint64_t kElementExtraAttributes = 0;
constexpr std::uint64_t kElementExtraLength = 8;
constexpr std::uint64_t kElementExtraAllocated = 16;
constexpr std::uint64_t kElementExtraChildren = 24;
constexpr std::uint64_t kElementExtraInlineChildren = 32;
constexpr std::uint64_t kElementExtraSize = 64;

/// A list of strings that are yet to be joined has the lowest bit of its address set.
void visit_text(const ObjectReader& reader,
                Address place,
                std::string_view name,
                ReferenceVisitor& visitor) {
  constexpr std::uint64_t kJoinBit = 1;
  if (const Address target{reader.word(place) & ~kJoinBit}; target) {
    visitor.named(target, {name});
  }
}

void walk_element(const WalkContext& context,
                  Address element,
                  const TypeInfo& /*type*/,
                  ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  visit_text(reader, element + kElementText, "text", visitor);
  visit_text(reader, element + kElementTail, "tail", visitor);
  if (const Address extra = reader.pointer(element + kElementExtra); extra) {
    visit_pointer(reader, extra + kElementExtraAttributes, {"attrib"}, visitor);
    visit_items(reader, reader.pointer(extra + kElementExtraChildren),
                reader.word(extra + kElementExtraLength), visitor);
  }
}

std::uint64_t element_size(const ObjectReader& reader, Address element, const TypeInfo& type) {
  const Address extra = reader.pointer(element + kElementExtra);
  if (!extra) {
    return type.basic_size;
  }
  const bool own_children =
      reader.pointer(extra + kElementExtraChildren) != extra + kElementExtraInlineChildren;
  return type.basic_size + kElementExtraSize +
         (own_children ? reader.word(extra + kElementExtraAllocated) * 8 : 0);
}

constexpr TypeTraits kElement = {.walk = walk_element, .size = element_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"xml.etree.ElementTree.Element", since(8), 56, kElement, {{{16, "tag"}}}},
    {"_elementtree._element_iterator", since(8), 64, {},
     {{internal(40, "root"), internal(48, "tag")}},
     {.pointer = 16, .count = 24, .stride = 16}},
    {"xml.etree.ElementTree.TreeBuilder", since(8).until(11), 160, {},
     {{internal(16, "root"), internal(24, "this"), internal(32, "last"),
       internal(40, "last_for_tail"), internal(48, "data"), internal(56, "stack"),
       internal(72, "element_factory"), internal(80, "comment_factory"), internal(88, "pi_factory"),
       internal(96, "events_append"), internal(104, "start_event"), internal(112, "end_event"),
       internal(120, "start_ns_event"), internal(128, "end_ns_event"),
       internal(136, "comment_event"), internal(144, "pi_event")}}},
    {"xml.etree.ElementTree.TreeBuilder", since(12), 168, {},
     {{internal(16, "root"), internal(24, "this"), internal(32, "last"),
       internal(40, "last_for_tail"), internal(48, "data"), internal(56, "stack"),
       internal(72, "element_factory"), internal(80, "comment_factory"), internal(88, "pi_factory"),
       internal(96, "events_append"), internal(104, "start_event"), internal(112, "end_event"),
       internal(120, "start_ns_event"), internal(128, "end_ns_event"),
       internal(136, "comment_event"), internal(144, "pi_event")}}},
    {"xml.etree.ElementTree.XMLParser", since(8).until(11), 120, {},
     {{{24, "target"}, {32, "entity"}, internal(40, "names"), internal(48, "handle_start_ns"),
       internal(56, "handle_end_ns"), internal(64, "handle_start"), internal(72, "handle_data"),
       internal(80, "handle_end"), internal(88, "handle_comment"), internal(96, "handle_pi"),
       internal(104, "handle_doctype"), internal(112, "handle_close")}}},
    {"xml.etree.ElementTree.XMLParser", only_in(12), 128, {},
     {{{24, "target"}, {32, "entity"}, internal(40, "names"), internal(48, "handle_start_ns"),
       internal(56, "handle_end_ns"), internal(64, "handle_start"), internal(72, "handle_data"),
       internal(80, "handle_end"), internal(88, "handle_comment"), internal(96, "handle_pi"),
       internal(104, "handle_doctype"), internal(112, "handle_close")}}},
    {"xml.etree.ElementTree.XMLParser", since(12), 136, {},
     {{internal(128, "elementtree_module"), {24, "target"}, {32, "entity"}, internal(40, "names"),
       internal(48, "handle_start_ns"), internal(56, "handle_end_ns"), internal(64, "handle_start"),
       internal(72, "handle_data"), internal(80, "handle_end"), internal(88, "handle_comment"),
       internal(96, "handle_pi"), internal(104, "handle_doctype"), internal(112, "handle_close")}}},
    {"pyexpat.xmlparser", since(8).until(12), 72, {},
     {{{56, "intern"}}},
     {.pointer = 64, .fixed_count = 22}},
    {"pyexpat.xmlparser", since(12).until(13), 80, {},
     {{{64, "intern"}}},
     {.pointer = 72, .fixed_count = 22}},
    {"pyexpat.xmlparser", since(13), 88, {},
     {{internal(24, "parent"), {72, "intern"}}},
     {.pointer = 80, .fixed_count = 22}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> xml_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
