//! The calls of the IAM policy simulator that a contract asks for: few at once, because AWS throttles them at rates that it does
//! not publish, and every answer compared with our own evaluator.

use super::pool;
use rolecall_aws::{Connection, Failure};
use rolecall_core::simulation::{Comparer, SimulationAnswer, SimulationCall, Teller};
use rolecall_core::validation::{Note, Simulation, Simulator, Under, Validation};

/// Calls of one account that are under way at once.
const CALLS_AT_ONCE: usize = 4;

/// Makes calls of `SimulateCustomPolicy`, without service control policies; answers in the order of the calls.
pub async fn simulate_custom(
    connection: &Connection,
    calls: Vec<SimulationCall>,
) -> Vec<Result<SimulationAnswer, Failure>> {
    let one = |call: SimulationCall| {
        let connection = connection.clone();
        async move { connection.simulate_custom_policy(&call, &[]).await }
    };
    pool::each(calls, CALLS_AT_ONCE, one, || ()).await
}

/// Makes calls of `SimulatePrincipalPolicy` on a role.
async fn simulate_principal(
    connection: &Connection,
    role_arn: &str,
    calls: Vec<SimulationCall>,
) -> Vec<Result<SimulationAnswer, Failure>> {
    let one = |call: SimulationCall| {
        let (connection, role_arn) = (connection.clone(), role_arn.to_owned());
        async move { connection.simulate_principal_policy(&role_arn, &call).await }
    };
    pool::each(calls, CALLS_AT_ONCE, one, || ()).await
}

/// Who is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Simulated<'a> {
    /// The role itself, by its ARN.
    Role(&'a str),
    /// Policies without a role.
    Policies,
}

/// Runs the simulator over the calls and takes what it shows into the validation. A first call that is refused ends it: the
/// others would be.
pub(super) async fn run(
    validation: &mut Validation,
    connection: &Connection,
    simulated: Simulated<'_>,
    calls: Vec<SimulationCall>,
    (comparer, under): (&Comparer, Under),
) {
    let mut rest = calls;
    let others = rest.split_off(rest.len().min(1));
    let first = make(connection, simulated, rest.clone()).await;
    if let Some(Err(failure)) = first.first() {
        not_run(validation, &failure.to_string());
        return;
    }
    let mut answers = first;
    answers.extend(make(connection, simulated, others.clone()).await);
    let name = if simulated == Simulated::Policies { "SimulateCustomPolicy" } else { "SimulatePrincipalPolicy" };
    let mut simulation = Simulation::new(name, under);
    let mut teller = Teller::default();
    for (call, answer) in rest.iter().chain(&others).zip(&answers) {
        match answer {
            Err(failure) => teller.not_answered(call, &failure.to_string()),
            Ok(answer) => {
                for comparison in comparer.compare(call, answer) {
                    teller.compared(call, &comparison);
                    simulation.take(comparison);
                }
            }
        }
    }
    validation.take_simulation(teller, simulation);
}

async fn make(
    connection: &Connection,
    simulated: Simulated<'_>,
    calls: Vec<SimulationCall>,
) -> Vec<Result<SimulationAnswer, Failure>> {
    match simulated {
        Simulated::Role(arn) => simulate_principal(connection, arn, calls).await,
        Simulated::Policies => simulate_custom(connection, calls).await,
    }
}

/// The contract gives no call: it asks for nothing in such an account, or for what cannot be asked.
pub(super) fn nothing(validation: &mut Validation, entries: usize) {
    let why = "the contract asks for nothing that could be simulated";
    if entries > 0 {
        return not_run(validation, why);
    }
    validation.simulator = Simulator::NotRun(String::from(why));
}

/// The simulator that was asked for did not run: the contract is not judged.
pub(super) fn not_run(validation: &mut Validation, why: &str) {
    validation.simulator = Simulator::NotRun(why.to_owned());
    let message = format!("the contract was not put to AWS's policy simulator: {why}");
    validation.not_judged.push(Note::new("simulator-not-run", message));
}
