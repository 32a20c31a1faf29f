//! The scenarios of the simulator's benchmark. A peer that simulates the same reads the same numbers from `SCENARIO`.

/// An organization of 1,000 accounts over 30 days, 100 more that come at uniform moments, a pipeline of 40 ± 15 minutes; the
/// vendor makes every call of every hourly tick, and checks active accounts once a day.
pub const SCENARIO: [(&str, &str); 6] = [
    ("accounts", "1000"),
    ("new-accounts", "100"),
    ("horizon", "30d"),
    ("settle", "1d"),
    ("latency", "40m±15m"),
    ("ticks", "naive"),
];

/// What the benchmark and its peer call the scenario.
pub const NAME: &str = "simulated month, 1,100 accounts, every call";

/// A month of 100 accounts that join at uniform moments: what a sweep repeats.
pub const MONTH: [(&str, &str); 4] =
    [("new-accounts", "100"), ("horizon", "30d"), ("settle", "1d"), ("latency", "40m±15m")];
