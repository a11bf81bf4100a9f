#!/usr/bin/python3
"""Prints taggable_kinds_table.cpp from a CSV with the columns group, kind, versions, tag_path, shape.

The CSV lists every CRD of crossplane-contrib/provider-upjet-aws (package/crds), one row a kind and tag field:

    src/tags/taggable_kinds_table.py KINDS.csv 'provider-upjet-aws v2.6.0-132 (75a4c571, 2026-08-05)' > src/tags/taggable_kinds_table.cpp
"""

import csv
import sys
from collections import defaultdict

VERSIONS = {"v1alpha1": "a", "v1beta1": "1", "v1beta2": "2", "v1beta3": "3"}
SHAPES = {("", "none"): "-", ("spec.forProvider.tags", "map"): "+", ("spec.forProvider.tag", "list"): "@"}
WIDTH = 140

# Amazon Inspector's ResourceGroup holds the tags by which it finds EC2 instances.
SELECTORS = {("inspector.aws.upbound.io", "ResourceGroup"), ("inspector.aws.m.upbound.io", "ResourceGroup")}

# AutoscalingGroup's first version had the same tags once more, as a list of string maps; `tag` is what stayed.
SUPERSEDED = {("autoscaling.aws.upbound.io", "AutoscalingGroup", "spec.forProvider.tags")}


def read_kinds(path):
    groups = defaultdict(dict)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["group"], row["kind"], row["tag_path"]) in SUPERSEDED:
                continue
            is_selector = (row["group"], row["kind"]) in SELECTORS
            shape = "?" if is_selector else SHAPES[(row["tag_path"], row["shape"])]
            versions = "".join(sorted(VERSIONS[version] for version in row["versions"].split(";")))
            if row["kind"] in groups[row["group"]]:
                raise SystemExit(f"{row['group']} {row['kind']} has two tag fields")
            groups[row["group"]][row["kind"]] = row["kind"] + shape + versions
    return groups


def literal(entries):
    """The entries as adjacent C++ string literals of at most WIDTH columns."""
    lines = [""]
    for position, entry in enumerate(entries):
        word = entry if position == len(entries) - 1 else entry + " "
        if len(lines[-1]) + len(word) + 8 > WIDTH:
            lines.append("")
        lines[-1] += word
    return "\n".join(f'     "{line}"' for line in lines)


def main():
    path, source = sys.argv[1:]
    groups = read_kinds(path)
    print("// Made by taggable_kinds_table.py from the provider's CRDs; do not edit. taggable_kinds.hpp tells the notation.")
    print('#include "taggable_kinds.hpp"\n\nnamespace cmp {\n')
    print("namespace {\n\n// clang-format off\nconstexpr KindGroup k_groups[] = {")
    for group in sorted(groups):
        entries = [groups[group][kind] for kind in sorted(groups[group])]
        print(f'    {{"{group}",\n{literal(entries)}}},')
    print("};\n// clang-format on\n\n}  // namespace\n")
    print("std::span<const KindGroup> taggable_kind_groups() { return k_groups; }\n")
    print(f'std::string_view taggable_kinds_source() {{ return "{source}"; }}\n')
    print("}  // namespace cmp")


if __name__ == "__main__":
    main()
