"""Writes COUNT S3 buckets as one YAML stream: manifests.py COUNT > FILE. About half of them carry tags of their own."""

from __future__ import annotations

import sys

PLAIN = """\
apiVersion: s3.aws.upbound.io/v1beta2
kind: Bucket
metadata:
  name: bucket-{number:05}
  labels:
    app.kubernetes.io/part-of: messagewall # the serverless one
spec:
  deletionPolicy: Delete
  forProvider:
    region: eu-central-1
    forceDestroy: false
    objectLockEnabled: false
"""
TAGS = """\
    tags:
      team: team-{team}
      cost-center: "{number:04}"
"""
REFERENCE = """\
  providerConfigRef:
    name: default
"""


def bucket(number: int) -> str:
    tags = TAGS if number % 2 else ""
    return (PLAIN + tags + REFERENCE).format(number=number, team=number % 17)


def main() -> None:
    sys.stdout.write("---\n".join(bucket(number) for number in range(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
