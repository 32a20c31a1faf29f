//! Sweeps against what is known without simulating: closed forms, and the same run twice.

mod cost;
mod same;
mod truth;
