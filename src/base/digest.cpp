#include "base/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace cmp {

namespace {

constexpr std::string_view k_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  std::string text;
  for (unsigned int i = 0; i < length; ++i) { fmt::format_to(std::back_inserter(text), "{:02x}", digest[i]); }
  return text;
}

std::int32_t crc32_signed(std::string_view bytes) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size())));
}

std::optional<std::string> decoded_base64(std::string_view text) {
  const std::unique_ptr<EVP_ENCODE_CTX, void (*)(EVP_ENCODE_CTX*)> context(EVP_ENCODE_CTX_new(), EVP_ENCODE_CTX_free);
  EVP_DecodeInit(context.get());
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
  int got = 0;
  int rest = 0;
  // OpenSSL would take '-' for the end of the data and pass over blanks.
  const bool valid =
      text.size() % 4 == 0 && text.find_first_not_of(k_base64) == std::string_view::npos &&
      EVP_DecodeUpdate(context.get(), out, &got, reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) >= 0 &&
      EVP_DecodeFinal(context.get(), out + got, &rest) == 1;
  if (!valid) { return std::nullopt; }
  bytes.resize(static_cast<size_t>(got + rest));
  return bytes;
}

}  // namespace cmp
