//! What a run costs, by counting.
