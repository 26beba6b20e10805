#include "dump/cpython/objects/library/families.h"

// hashlib and the modules behind it.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_hashlib.HASH", since(8), 32},
    {"_hashlib.HMAC", since(9), 32},
    {"_hmac.HMAC", since(14), 72},
    {"_blake2.blake2b", since(8).until(12), 448},
    {"_blake2.blake2b", only_in(13), 440},
    {"_blake2.blake2b", since(14), 32},
    {"_blake2.blake2s", since(8).until(12), 240},
    {"_blake2.blake2s", only_in(13), 232},
    {"_blake2.blake2s", since(14), 32},
    {"_md5.md5", since(8).until(11), 112},
    {"_md5.md5", since(12), 32},
    {"_sha1.sha1", since(8).until(11), 112},
    {"_sha1.sha1", only_in(12), 32},
    {"_sha1.sha1", since(13), 40},
    {"_sha2.SHA224Type", since(14), 32},
    {"_sha2.SHA256Type", since(14), 32},
    {"_sha2.SHA384Type", since(14), 32},
    {"_sha2.SHA512Type", since(14), 32},
    {"_sha256.sha224", since(8).until(11), 128},
    {"_sha256.sha256", since(8).until(11), 128},
    {"_sha512.sha384", since(8).until(11), 224},
    {"_sha512.sha512", since(8).until(11), 224},
    {"_sha3.sha3_224", only_in(11), 240},
    {"_sha3.sha3_224", since(14), 32},
    {"_sha3.sha3_224", since(14), 48},
    {"_sha3.sha3_256", only_in(11), 240},
    {"_sha3.sha3_256", since(14), 32},
    {"_sha3.sha3_256", since(14), 48},
    {"_sha3.sha3_384", only_in(11), 240},
    {"_sha3.sha3_384", since(14), 32},
    {"_sha3.sha3_384", since(14), 48},
    {"_sha3.sha3_512", only_in(11), 240},
    {"_sha3.sha3_512", since(14), 32},
    {"_sha3.sha3_512", since(14), 48},
    {"_sha3.shake_128", only_in(11), 240},
    {"_sha3.shake_128", since(14), 32},
    {"_sha3.shake_128", since(14), 48},
    {"_sha3.shake_256", only_in(11), 240},
    {"_sha3.shake_256", since(14), 32},
    {"_sha3.shake_256", since(14), 48},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> hash_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
