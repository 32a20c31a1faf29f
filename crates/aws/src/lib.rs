//! Adapters over the AWS SDK: one call in, one classified answer out.
