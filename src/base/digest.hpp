// Checksums and base64 as ConfigHub uses them, by OpenSSL and zlib.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmp {

std::string sha256_hex(std::string_view bytes);                    // 64 lower-case digits: DataHash
std::int32_t crc32_signed(std::string_view bytes);                 // CRC-32/IEEE as a signed number: ContentHash
std::optional<std::string> decoded_base64(std::string_view text);  // standard alphabet, padded; nullopt when it is not that

}  // namespace cmp
