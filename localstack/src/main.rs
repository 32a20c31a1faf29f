//! Runs a command beside a container of LocalStack's official image (`cargo xtask e2e --docker`): the container is started
//! by the Docker engine that answers, and removed when the command has ended. The suite itself stands in `tests/it`.

use std::process::{Command, ExitCode};

use testcontainers::core::error::TestcontainersError;
use testcontainers::core::{IntoContainerPort as _, WaitFor};
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, GenericImage};

const IMAGE: &str = "localstack/localstack";
const TAG: &str = "4.14.0";
const PORT: u16 = 4566;
/// The exit code that says that no engine answers: nothing was run.
const NO_ENGINE: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: rolecall-localstack PROGRAM [ARGUMENT…], run beside a container of {IMAGE}:{TAG}");
        return ExitCode::from(2);
    };
    // Ctrl-C ends the command, which has this terminal too; this program stays to remove the container.
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let image = GenericImage::new(IMAGE, TAG)
        .with_exposed_port(PORT.tcp())
        .with_wait_for(WaitFor::message_on_either_std("Ready."));
    let container = match image.start().await {
        Ok(container) => container,
        Err(TestcontainersError::Client(error)) if is_no_engine(&error.to_string()) => {
            eprintln!("no Docker engine answers: {error}");
            return ExitCode::from(NO_ENGINE);
        }
        Err(error) => return failed(&format!("{IMAGE}:{TAG} could not be started: {error}")),
    };
    let code = match endpoint(&container).await {
        Ok(endpoint) => run(Command::new(program).args(arguments), &endpoint),
        Err(error) => failed(&format!("the container has no address: {error}")),
    };
    if let Err(error) = container.rm().await {
        return failed(&format!("the container could not be removed: {error}"));
    }
    code
}

/// The client could not be made, or nobody listens at the socket.
fn is_no_engine(error: &str) -> bool {
    ["socket", "failed to initialize", "Connection refused", "error trying to connect"]
        .iter()
        .any(|part| error.to_lowercase().contains(&part.to_lowercase()))
}

async fn endpoint(container: &ContainerAsync<GenericImage>) -> Result<String, TestcontainersError> {
    let host = container.get_host().await?;
    let port = container.get_host_port_ipv4(PORT).await?;
    Ok(format!("http://{host}:{port}"))
}

fn run(command: &mut Command, endpoint: &str) -> ExitCode {
    command.env("ROLECALL_LOCALSTACK_ENDPOINT", endpoint).env("ROLECALL_LOCALSTACK_ARM", "docker");
    match command.status() {
        // No code: a signal ended it.
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => failed(&format!("the command could not be started: {error}")),
    }
}

fn failed(what: &str) -> ExitCode {
    eprintln!("error: {what}");
    ExitCode::FAILURE
}
