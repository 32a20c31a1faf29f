//! The fake organization behind the protocols of AWS, on loopback.
