//! The fake organization behind the protocols of AWS, on loopback: a `World` of the simulator, served so that the SDKs, the
//! `aws` program and Terraform talk to it. Every call goes to the world; what a world does not have is refused, never
//! made up. Signatures are not checked. `docs/fake-aws.md` lists the calls.

mod clock;
mod cloudformation;
mod connection;
mod fault;
mod iam;
mod identity;
mod log;
mod options;
mod organizations;
mod server;
mod state;
mod sts;
mod wire;

pub use identity::KeyHolder;
pub use log::CallRecord;
pub use options::{ServerOptions, WireFaults};
pub use server::{Server, ServerError};
