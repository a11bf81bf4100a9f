// The texts of revisions, and the base64 they come in.
#include "base/digest.hpp"
#include "hub_body.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <cctype>
#include <map>

namespace cmp::fuzz {

namespace {

using Texts = std::map<std::string, std::string>;

std::string described_rows(const Texts& texts) { return fmt::format("{}", texts); }

std::string base64_of(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

bool is_base64_letter(unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '=' || c == '\r' || c == '\n'; }

// Bits behind the last byte may be anything, so the text itself need not come back.
void check_base64(const std::string& text) {
  const std::optional<std::string> bytes = decoded_base64(text);
  if (!bytes) { return; }
  must_hold(text.size() % 4 == 0, "base64 is padded");
  must_hold(std::all_of(text.begin(), text.end(), is_base64_letter), "base64 holds its own letters and line ends, nothing else");
  must_hold(bytes->size() <= text.size() / 4 * 3, "base64 shrinks when it is decoded");
  must_hold(decoded_base64(base64_of(*bytes)) == bytes, "bytes survive base64");
}

void check_rows(const Texts& texts) {
  for (const auto& [id, text] : texts) {
    must_hold(is_uuid(id), "the id of a revision is a UUID");
    check_base64(text);
  }
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  read_body(text_of(data, size), cmp::parse_revision_texts, described_rows, check_rows);
  check_base64(std::string(text_of(data, size)));
  return 0;
}
