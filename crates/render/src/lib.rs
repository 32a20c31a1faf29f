//! Role code: writes a role profile in the languages that customers deploy with, and reads roles back out of it.
//! Pure: texts and values in, texts and values out; files are for the edge.

pub mod read;
pub mod write;
