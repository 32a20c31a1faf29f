//! Further classes that a contract can use: purchases, databases' settings, logs and guards, networks.

use super::Services::{All, Categories, Prefixes};
use super::{CHANGES, Class, by_level, by_names};
use rolecall_iam_catalog::AccessLevel;

/// `cost-commitments`: for vendors that only report.
pub(super) static COST_COMMITMENTS: Class = Class {
    name: "cost-commitments",
    title: "buying, selling, exchanging or returning reservations, savings plans and capacity",
    include: &[
        by_names(
            All,
            &[
                "purchase*",
                "*reservedinstances*listing",
                "acceptreservedinstancesexchangequote",
                "modifyreservedinstances",
                "deletequeuedreservedinstances",
            ],
            "it buys or changes a commitment",
        ),
        by_level(Prefixes(&["savingsplans"]), CHANGES, "it buys, returns or tags savings plans"),
        by_names(
            Prefixes(&["ec2"]),
            &[
                "*capacityreservation",
                "*capacityreservations",
                "*capacityreservationfleet*",
                "*capacityreservationbilling*",
                "*capacityreservationbysplitting",
                "*capacityreservationallocation",
                "*capacityreservationcancellationquote",
                "movecapacityreservationinstances",
                "allocatehosts",
                "releasehosts",
            ],
            "it reserves or returns capacity",
        ),
    ],
    exclude: &[by_level(All, &[AccessLevel::List, AccessLevel::Read], "it only reads")],
};

/// `data-store-control-plane`.
pub(super) static DATA_STORE_CONTROL_PLANE: Class = Class {
    name: "data-store-control-plane",
    title: "creating, changing, stopping, tagging or deleting databases, file systems, buckets, queues and backups",
    include: &[
        by_level(Categories(&["Databases", "Storage"]), CHANGES, "it changes a store"),
        by_level(
            Prefixes(&[
                "redshift",
                "redshift-serverless",
                "es",
                "aoss",
                "kinesis",
                "firehose",
                "kafka",
                "sqs",
                "sns",
                "mq",
                "secretsmanager",
                "kms",
            ]),
            CHANGES,
            "it changes a store",
        ),
    ],
    exclude: &[by_names(All, &["purchase*"], "a commitment: it buys, and changes no store")],
};

/// `logging-tampering`.
pub(super) static LOGGING_TAMPERING: Class = Class {
    name: "logging-tampering",
    title: "switching off or changing logs, recorders and detectors",
    include: &[
        by_level(
            Prefixes(&[
                "cloudtrail",
                "config",
                "guardduty",
                "securityhub",
                "detective",
                "macie2",
                "inspector2",
                "access-analyzer",
                "auditmanager",
                "securitylake",
            ]),
            CHANGES,
            "it changes what records or detects",
        ),
        by_names(
            Prefixes(&["logs", "ec2", "s3", "route53resolver", "oam", "cloudwatch"]),
            &[
                "deletelog*",
                "deleteflowlogs",
                "createflowlogs",
                "putretentionpolicy",
                "deleteretentionpolicy",
                "putresourcepolicy",
                "putbucketlogging",
                "delete*querylog*",
                "disassociate*querylog*",
                "deletealarms",
                "disablealarmactions",
                "deletelink",
                "disassociatekmskey",
                "putsubscriptionfilter",
                "deletesubscriptionfilter",
            ],
            "it removes, redirects or shortens logs",
        ),
    ],
    exclude: &[],
};

/// `network-write`.
pub(super) static NETWORK_WRITE: Class = Class {
    name: "network-write",
    title: "changing networks, security groups, gateways, load balancers, DNS and firewalls",
    include: &[
        by_level(
            Categories(&["Networking and content delivery"]),
            CHANGES,
            "it changes networks or what answers on them",
        ),
        by_level(
            Prefixes(&[
                "network-firewall",
                "network-security-manager",
                "wafv2",
                "waf",
                "waf-regional",
                "shield",
                "fms",
            ]),
            CHANGES,
            "it changes what filters traffic",
        ),
        by_names(
            Prefixes(&["ec2"]),
            &[
                "*vpc*",
                "*subnet*",
                "*securitygroup*",
                "*route*",
                "*gateway*",
                "*networkacl*",
                "*networkinterface*",
                "*address*",
                "*vpn*",
                "*prefixlist*",
                "*transit*",
                "*localgateway*",
                "*dhcp*",
                "*ipam*",
                "*verifiedaccess*",
                "*networkinsights*",
                "*trafficmirror*",
            ],
            "it changes the network of machines",
        ),
    ],
    exclude: &[by_level(All, &[AccessLevel::List, AccessLevel::Read], "it only reads")],
};
