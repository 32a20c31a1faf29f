//! AWS's partitions and Regions, for values that have to name one. What is not in the table is unknown to this version,
//! which is not the same as wrong: AWS opens Regions several times a year.
//!
//! Source: `botocore/data/partitions.json` of botocore 1.43.11 (2026-05); its `…-global` entries are no Regions that an
//! ARN or a condition names and are left out.

use rolecall_iam::glob;

/// A partition with its Regions.
#[derive(Debug)]
pub(super) struct Partition {
    /// As an ARN names it.
    pub(super) name: &'static str,
    /// Its Regions, sorted.
    pub(super) regions: &'static [&'static str],
}

/// Every partition, that of most customers first.
pub(super) const PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws",
        regions: &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    },
    Partition { name: "aws-cn", regions: &["cn-north-1", "cn-northwest-1"] },
    Partition { name: "aws-us-gov", regions: &["us-gov-east-1", "us-gov-west-1"] },
    Partition { name: "aws-eusc", regions: &["eusc-de-east-1"] },
    Partition { name: "aws-iso", regions: &["us-iso-east-1", "us-iso-west-1"] },
    Partition { name: "aws-iso-b", regions: &["us-isob-east-1", "us-isob-west-1"] },
    Partition { name: "aws-iso-e", regions: &["eu-isoe-west-1"] },
    Partition { name: "aws-iso-f", regions: &["us-isof-east-1", "us-isof-south-1"] },
];

/// The partitions that a pattern with `*` and `?` names.
pub(super) fn partitions_matching(pattern: &str) -> impl Iterator<Item = &'static Partition> {
    PARTITIONS.iter().filter(move |partition| glob::matches(pattern, partition.name))
}

/// The first partition with a Region that the pattern names.
pub(super) fn partition_of_region(pattern: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().find(|partition| partition.has_region(pattern))
}

impl Partition {
    /// Whether the pattern names a Region of it.
    pub(super) fn has_region(&self, pattern: &str) -> bool {
        self.regions.iter().any(|region| glob::matches(pattern, region))
    }
}
