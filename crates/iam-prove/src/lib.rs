//! Proofs over all requests.
