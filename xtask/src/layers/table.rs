//! The table itself: every crate of the project, where it stands, what it may depend on, and whether it is pure.
//! A row may stand here before its crate does; a crate without a row fails.

/// Which of the project's own crates may be depended on, dev-dependencies apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Allowed {
    /// Everything but `rolecall-cli`.
    Any,
    Only(&'static [&'static str]),
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crate {
    pub(super) package: &'static str,
    /// Relative to the root.
    pub(super) folder: &'static str,
    pub(super) allowed: Allowed,
    /// Takes values and gives values: no async runtime, SDK, database, network, clock or unseeded randomness below it.
    pub(super) pure: bool,
}

const fn pure(package: &'static str, folder: &'static str, allowed: &'static [&'static str]) -> Crate {
    Crate { package, folder, allowed: Allowed::Only(allowed), pure: true }
}

const fn edge(package: &'static str, folder: &'static str, allowed: Allowed) -> Crate {
    Crate { package, folder, allowed, pure: false }
}

const IAM: &str = "rolecall-iam";
const CATALOG: &str = "rolecall-iam-catalog";
const PROVE: &str = "rolecall-iam-prove";
const CORE: &str = "rolecall-core";
const RENDER: &str = "rolecall-render";
const GATE: &str = "rolecall-gate";
const LIFECYCLE: &str = "rolecall-lifecycle";
const SIMULATOR: &str = "rolecall-simulator";
const REPORT: &str = "rolecall-report";
const AWS: &str = "rolecall-aws";
const DRIVER: &str = "rolecall-driver";

/// Who may depend on whom. `rolecall-fixtures` is in no list: it is for tests, that is for dev-dependencies.
pub(super) const CRATES: [Crate; 18] = [
    pure(IAM, "crates/iam", &[]),
    pure(CATALOG, "crates/iam-catalog", &[]),
    pure(PROVE, "crates/iam-prove", &[IAM, CATALOG]),
    pure(CORE, "crates/core", &[IAM, CATALOG, PROVE]),
    pure(RENDER, "crates/render", &[IAM, CORE]),
    pure(GATE, "crates/gate", &[IAM, CATALOG, PROVE, CORE, RENDER, LIFECYCLE]),
    pure(LIFECYCLE, "crates/lifecycle", &[CORE]),
    pure(SIMULATOR, "crates/simulator", &[IAM, CORE, PROVE, RENDER, LIFECYCLE]),
    pure(REPORT, "crates/report", &[IAM, CATALOG, CORE, PROVE, LIFECYCLE, SIMULATOR, GATE]),
    edge(AWS, "crates/aws", Allowed::Only(&[IAM, CORE, LIFECYCLE])),
    edge(DRIVER, "crates/driver", Allowed::Only(&[IAM, AWS, LIFECYCLE, CORE, RENDER])),
    edge("rolecall-fake-aws", "crates/fake-aws", Allowed::Only(&[IAM, CORE, RENDER, SIMULATOR])),
    edge("rolecall-service", "crates/service", Allowed::Only(&[GATE, LIFECYCLE, CORE, RENDER, REPORT, DRIVER])),
    edge(
        "rolecall-cli",
        "crates/cli",
        Allowed::Only(&[
            IAM,
            CATALOG,
            PROVE,
            CORE,
            RENDER,
            GATE,
            LIFECYCLE,
            SIMULATOR,
            REPORT,
            AWS,
            DRIVER,
            "rolecall-fake-aws",
            "rolecall-service",
        ]),
    ),
    edge("rolecall-fixtures", "fixtures", Allowed::Only(&[])),
    edge("rolecall-benches", "benches", Allowed::Any),
    edge("rolecall-localstack", "localstack", Allowed::Any),
    edge("xtask", "xtask", Allowed::Only(&[])),
];

/// Why no pure crate may reach the external crate `name`, or nothing when it may.
pub(super) fn forbidden_reason(name: &str) -> Option<&'static str> {
    match name {
        "tokio" | "async-std" | "smol" | "async-io" | "mio" | "polling" => Some("an async runtime"),
        "rusqlite" | "libsqlite3-sys" | "sqlx" | "redb" | "sled" => Some("a database"),
        "hyper" | "reqwest" | "ureq" | "curl" | "socket2" | "rustls" | "native-tls" | "openssl" | "axum" => {
            Some("the network")
        }
        "getrandom" | "fastrand" | "oorandom" => Some("randomness without a seed"),
        "chrono" | "time" => Some("a second library for time"),
        "walkdir" | "ignore" | "notify" | "tempfile" | "memmap2" => Some("the file system"),
        "rayon" | "crossbeam-channel" => Some("threads"),
        _ if name.starts_with("aws-") => Some("an AWS SDK"),
        _ => None,
    }
}
