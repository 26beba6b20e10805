#include "dump/cpython/objects/library/families.h"

// Sockets, TLS and select.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_socket.socket", since(8).until(11), 48},
    {"_socket.socket", since(12), 56},
    {"select.epoll", since(8), 24},
    {"select.poll", since(8), 48, {}, {{internal(16, "registered")}}},
    {"_ssl.Certificate", since(10), 32},
    {"_ssl.MemoryBIO", since(8), 32},
    {"_ssl.SSLSession", since(10), 32, {}, {{internal(24, "context")}}},
    {"_ssl.Session", since(8).until(9), 32, {}, {{internal(24, "context")}}},
    {"_ssl._SSLContext", since(8).until(9), 88, {},
     {{{40, "sni_callback"}, {64, "_msg_callback"}, {72, "keylog_filename"}}}},
    {"_ssl._SSLContext", since(10).until(12), 96, {},
     {{{40, "sni_callback"}, {64, "_msg_callback"}, {72, "keylog_filename"}}}},
    {"_ssl._SSLContext", since(13), 112, {},
     {{{40, "sni_callback"}, {64, "_msg_callback"}, {72, "keylog_filename"},
       internal(96, "psk_client_callback"), internal(104, "psk_server_callback")}}},
    {"_ssl._SSLContext", since(13), 120, {},
     {{{40, "sni_callback"}, {64, "_msg_callback"}, {72, "keylog_filename"},
       internal(96, "psk_client_callback"), internal(104, "psk_server_callback")}}},
    {"_ssl._SSLSocket", since(8).until(11), 96, {},
     {{internal(16, "socket"), {32, "context"}, internal(48, "owner"), {56, "server_hostname"},
       internal(72, "exception type"), internal(80, "exception"), internal(88, "traceback")}}},
    {"_ssl._SSLSocket", since(12), 80, {},
     {{internal(16, "socket"), {32, "context"}, internal(48, "owner"), {56, "server_hostname"},
       internal(72, "exception")}}},
    {"_ssl._SSLSocket", since(14), 88, {},
     {{internal(16, "socket"), {32, "context"}, internal(48, "owner"), {56, "server_hostname"},
       internal(72, "exception")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> network_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
