//! The compliance gate: `rolecall.toml` and the files that it names go in as values, one outcome comes out.
//! It reads no file and no clock: the caller loads what [`config::Config::inputs`] asks for.

pub mod access;
pub mod audit;
pub mod baseline;
pub mod check;
pub mod config;
pub mod difference;
pub mod evidence;
pub mod init;
pub mod inputs;
pub mod judge;
mod legacy_ids;
pub mod outcome;
pub mod project;
mod run;
mod standing;
