//! STS on the wire: AssumeRole and GetCallerIdentity. Shapes: botocore's STS model, 2011-06-15. The endpoint counts as that
//! of the Region that the request is signed for; the global endpoint cannot be told from it on loopback.

use crate::state::{State, unknown_action};
use crate::wire::{Call, Done, Params, Refusal};
use rolecall_iam::arn::Arn;
use rolecall_simulator::account::AccountNumber;
use rolecall_simulator::caller::{Caller, Endpoint, Session};
use rolecall_simulator::sts::AssumeRole;
use rolecall_simulator::text::TextId;

/// Parameters that would give a session other rights or another end than a world can give it.
const NOT_MODELLED: [&str; 8] = [
    "Policy",
    "PolicyArns",
    "Tags",
    "TransitiveTagKeys",
    "SerialNumber",
    "TokenCode",
    "SourceIdentity",
    "ProvidedContexts",
];

/// Performs an action of STS.
pub(crate) fn perform(state: &mut State, caller: &Caller, call: &Call) -> Result<Done, Refusal> {
    let params = call.params()?;
    let region = call.credential.as_ref().map_or("us-east-1", |credential| &credential.region);
    let endpoint = Endpoint::Regional(state.world.text(region));
    match call.action.as_str() {
        "AssumeRole" => assume_role(state, caller, params, endpoint),
        "GetCallerIdentity" => caller_identity(state, caller, endpoint),
        _ => Err(unknown_action(call)),
    }
}

fn caller_identity(state: &mut State, caller: &Caller, endpoint: Endpoint) -> Result<Done, Refusal> {
    let answer = state.world.get_caller_identity(caller, endpoint);
    let identity = state.checked(answer)?;
    let account = state.world.account(identity.account).number();
    Ok(Done::with(|xml| {
        xml.text("Arn", &identity.arn).text("UserId", &identity.user_id).text("Account", &account.to_string());
    }))
}

/// The parts of a role's ARN: account, path, name.
fn role_of_arn(state: &mut State, arn: &str) -> Result<(AccountNumber, TextId, TextId), Refusal> {
    let invalid = || Refusal::validation(format!("{arn} is invalid"));
    let parsed = Arn::parse(arn).map_err(|_| invalid())?;
    let resource = parsed.resource.strip_prefix("role").filter(|rest| rest.starts_with('/')).ok_or_else(invalid)?;
    let account = parsed.account_id().filter(|_| parsed.service == "iam").ok_or_else(invalid)?;
    let (path, name) = resource.rsplit_once('/').ok_or_else(invalid)?;
    let path = format!("{path}/");
    Ok((account.into(), state.world.text(&path), state.world.text(name)))
}

fn assume_role(state: &mut State, caller: &Caller, params: &Params, endpoint: Endpoint) -> Result<Done, Refusal> {
    params.refuse(&NOT_MODELLED)?;
    let arn = params.required("RoleArn")?;
    let session_name = params.required("RoleSessionName")?;
    let (number, path, role) = role_of_arn(state, arn)?;
    let Some(account) = state.world.account_key(number.into()) else {
        let answer = state.world.assume_role_nowhere(caller, number, (path, role), endpoint);
        state.checked(answer)?;
        return Err(Refusal::new("AccessDenied", 403, "there is no such account"));
    };
    let request = AssumeRole {
        account,
        path,
        role,
        session_name: state.world.text(session_name),
        external_id: params.get("ExternalId").map(|id| state.world.text(id)),
        duration_s: params.number("DurationSeconds")?,
        endpoint,
    };
    let answer = state.world.assume_role(caller, &request);
    let session = state.checked(answer)?;
    Ok(write_session(state, session, number, role))
}

fn write_session(state: &mut State, session: Session, account: AccountNumber, role: TextId) -> Done {
    let keys = state.identities.give(&state.world, session);
    let (role, name) = (state.world.texts().get(role), state.world.texts().get(session.name()));
    Done::with(|xml| {
        xml.element("Credentials", |xml| {
            xml.text("AccessKeyId", &keys.access_key)
                .text("SecretAccessKey", &keys.secret)
                .text("SessionToken", &keys.token)
                .text("Expiration", &state.written_time(session.expires_at()));
        });
        xml.element("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &format!("{}:{name}", session.role()))
                .text("Arn", &format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"));
        });
    })
}
