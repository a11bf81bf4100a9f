#include "tags/tag_policy_keys.hpp"

namespace cmp {

namespace {

constexpr PolicyKey k_keys[] = {
    {"", "apiVersion", "`confighub-cmp/v1alpha1`"},
    {"", "kind", "`TagPolicy`"},
    {"", "metadata", "`name`, which findings show; `labels` and `annotations` are yours"},
    {"", "spec", "the rest"},
    {"metadata", "name", ""},
    {"metadata", "labels", ""},
    {"metadata", "annotations", ""},
    {"spec", "environment", "where the environment of a run comes from"},
    {"spec", "tags", "one entry for each tag; two for one key and kind are an error"},
    {"spec", "exclude", "what is exempt, and why"},
    {"spec", "claims", "Claims and composite resources whose environment must be the run's"},
    {"spec", "nested", "further tags of a kind, such as those of an instance's volumes: the same rules hold there"},
    {"spec", "compositions", "`warn` (default), `ignore`, `reject`, or `inject-static`: untagged bases of Compositions"},
    {"spec", "unknownKinds", "`warn` (default), `ignore` or `reject`: AWS kinds that the provider's table does not have"},
    {"spec", "observeOnly", "`skip` (default) or `inject`: resources that Crossplane only observes"},
    {"spec", "providerTags", "`3` (default), `5` or `0`: tags the provider adds itself, which count against AWS's limits"},
    {"spec.environment", "allowed", "the names there are"},
    {"spec.environment", "from", "sources, the first hit wins; none is an error"},
    {"spec.environment.from[]", "flag", "`environment`: what `--environment` or the access entry says"},
    {"spec.environment.from[]", "space", "regular expression over the space's slug; its first group is the environment"},
    {"spec.environment.from[]", "spaceLabel", "a label of the space"},
    {"spec.environment.from[]", "match", "beside `spaceLabel`: regular expression over its value"},
    {"spec.environment.from[]", "project", "regular expression over the Argo CD project"},
    {"spec.tags[]", "key", "the tag's key"},
    {"spec.tags[]", "value", "set it to this; `${environment}` stands for the environment"},
    {"spec.tags[]", "values", "by environment, before `value`"},
    {"spec.tags[]", "default", "set it to this where the manifest has none"},
    {"spec.tags[]", "onConflict", "`reject` (default), `overwrite` or `keep`: the manifest says something else"},
    {"spec.tags[]", "match", "regular expression (RE2, found anywhere unless anchored) for the value"},
    {"spec.tags[]", "oneOf", "the values there are"},
    {"spec.tags[]", "required", "`true`: must be there, whoever writes it"},
    {"spec.tags[]", "requiredIn", "the same in these environments"},
    {"spec.tags[]", "kinds", "`group/version/Kind` with `*` and `?`; goes before a rule without"},
    {"spec.exclude[]", "kinds", "`group/version/Kind` with `*` and `?`"},
    {"spec.exclude[]", "names", "of objects, with `*` and `?`"},
    {"spec.exclude[]", "namespaces", "with `*` and `?`"},
    {"spec.exclude[]", "labels", "all of them, values with `*` and `?`"},
    {"spec.exclude[]", "annotations", "the same"},
    {"spec.exclude[]", "reason", "required; every finding `EXEMPT` shows it"},
    {"spec.exclude[]", "until", "last day, as `2027-01-31`; an error from then on"},
    {"spec.claims[]", "kind", "`group/version/Kind`"},
    {"spec.claims[]", "environmentPath", "where its environment stands, as `spec.environment`"},
    {"spec.claims[]", "tagPath", "where it takes tags, if it does"},
    {"spec.nested[]", "kind", "`group/version/Kind`"},
    {"spec.nested[]", "path", "of the mapping of tags, as `spec.forProvider.tagSpecifications[].tags`"},
};

}  // namespace

std::span<const PolicyKey> policy_keys() { return k_keys; }

std::vector<std::string_view> policy_keys_of(std::string_view section) {
  std::vector<std::string_view> names;
  for (const PolicyKey& key : k_keys) {
    if (key.section == section) { names.push_back(key.name); }
  }
  return names;
}

}  // namespace cmp
