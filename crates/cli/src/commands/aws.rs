//! What commands with calls to AWS have in common: the runtime, the connection, and Ctrl-C.

use crate::args::aws::AwsArgs;
use anyhow::Context;
use rolecall_aws::{ConnectOptions, Connection};
use std::future::Future;

/// Runs to the end.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the threads that make calls")?.block_on(work)
}

/// Connects; nothing but the credentials is asked for.
pub(super) async fn connect(arguments: &AwsArgs) -> anyhow::Result<Connection> {
    let AwsArgs { profile, region, endpoint_url } = arguments.clone();
    let options = ConnectOptions { profile, region, endpoint_url, ..ConnectOptions::default() };
    Ok(Connection::open(&options).await?)
}
