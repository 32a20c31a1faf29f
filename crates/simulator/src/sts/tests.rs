//! AssumeRole and what its sessions may do, fact by fact.

use super::AssumeRole;
use crate::account::{AccountKey, AccountState};
use crate::caller::{Caller, Endpoint};
use crate::error::Code;
use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::organizations::{Attachment, FeatureSet, NodeId};
use crate::policy::PolicyId;
use crate::random::Seed;
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, Scene, VENDOR, administrator, id, trust_text};
use crate::text::TextId;
use crate::time::{Delay, SimSpan};
use crate::world::World;
use rolecall_iam::document::PolicyType;
use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use rolecall_iam::request_line;

const DENIED: &str = "User: arn:aws:sts::205499583182:assumed-role/Prober/worker is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222200:role/ProsperOps";

#[test]
fn the_right_id_opens_and_any_other_does_not() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let role = scene.role();
    scene.world.place_role(member, &role).unwrap();
    let flipped = EXTERNAL_ID.to_uppercase();
    let suffixed = format!("{EXTERNAL_ID}x");
    for (external_id, opens) in [
        (Some(EXTERNAL_ID), true),
        (None, false),
        (Some("another-id"), false),
        (Some(flipped.as_str()), false),
        (Some(suffixed.as_str()), false),
    ] {
        assert_eq!(scene.opens(member, external_id), opens, "{external_id:?}");
    }
    let session = scene.probe(member, Some(EXTERNAL_ID)).unwrap();
    let identity = scene.world.get_caller_identity(&Caller::Session(session), Endpoint::Global).unwrap();
    assert_eq!(identity.account, member);
    assert_eq!(identity.arn, "arn:aws:sts::222222222200:assumed-role/ProsperOps/probe");
    assert_eq!(identity.user_id, format!("{}:probe", session.role()));
}

/// No role, wrong ID, wrong principal, suspended account, other case, other path: one text, one code.
#[test]
fn every_denial_has_the_same_text() {
    let mut causes: Vec<(&str, Scene)> = Vec::new();
    causes.push(("no role", Scene::new()));
    let mut scene = Scene::new();
    let role = scene.role_with("the-wrong-id");
    scene.world.place_role(scene.members[0], &role).unwrap();
    causes.push(("wrong ID", scene));
    let mut scene = Scene::new();
    let mut role = scene.role();
    role.trust = scene.trust(&trust_text("222222222201", EXTERNAL_ID));
    scene.world.place_role(scene.members[0], &role).unwrap();
    causes.push(("wrong principal", scene));
    for state in
        [AccountState::Suspended, AccountState::PendingClosure, AccountState::Closed, AccountState::PendingActivation]
    {
        let mut scene = Scene::new();
        let role = scene.role();
        scene.world.place_role(scene.members[0], &role).unwrap();
        scene.world.set_state(scene.members[0], state);
        causes.push((state.as_str(), scene));
    }
    for (cause, name, path) in [("case", "prosperops", "/"), ("path", "ProsperOps", "/vendors/")] {
        let mut scene = Scene::new();
        let mut role = scene.role();
        (role.name, role.path) = (scene.world.text(name), scene.world.text(path));
        scene.world.place_role(scene.members[0], &role).unwrap();
        causes.push((cause, scene));
    }
    for (cause, mut scene) in causes {
        let error = scene.probe(scene.members[0], Some(EXTERNAL_ID)).unwrap_err();
        assert_eq!((error.code, scene.message(&error).as_str()), (Code::AccessDenied, DENIED), "{cause}");
    }
}

#[test]
fn a_role_under_a_path_opens_under_that_path() {
    let mut scene = Scene::new();
    let mut role = scene.role();
    role.path = scene.world.text("/vendors/");
    scene.world.place_role(scene.members[0], &role).unwrap();
    let mut request = scene.request(scene.members[0], Some(EXTERNAL_ID));
    request.path = role.path;
    let prober = scene.prober;
    assert!(scene.world.assume_role(&prober, &request).is_ok());
}

#[test]
fn the_root_user_cannot_assume_roles_and_the_callers_own_policies_count() {
    let mut scene = Scene::new();
    let (member, vendor) = (scene.members[0], scene.vendor);
    let role = scene.role();
    scene.world.place_role(member, &role).unwrap();
    let request = scene.request(member, Some(EXTERNAL_ID));
    assert!(scene.world.assume_role(&Caller::Root(vendor), &request).is_err());
    assert!(scene.world.assume_role(&Caller::Administrator(vendor), &request).is_ok());
    let trust = scene.trust(
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
    );
    let powerless = RoleDefinition::new(scene.world.texts_mut(), "Powerless", trust);
    let powerless = scene.world.place_role(vendor, &powerless).unwrap();
    let name = scene.world.text("worker");
    let session = scene.world.service_session(powerless, name, scene.region, SimSpan::hours(1)).unwrap();
    assert!(scene.world.assume_role(&Caller::Session(session), &request).is_err());
}

#[test]
fn external_ids_have_2_to_1224_of_their_characters() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let longest = "x".repeat(1_224);
    let too_long = "x".repeat(1_225);
    for (external_id, code) in [
        ("", Code::ValidationError),
        ("x", Code::ValidationError),
        ("xx", Code::AccessDenied),
        (longest.as_str(), Code::AccessDenied),
        (too_long.as_str(), Code::ValidationError),
        ("trailing ", Code::ValidationError),
        ("with\nnewline", Code::ValidationError),
        ("a/b:c@d=e,f.g+h-i_j", Code::AccessDenied),
    ] {
        assert_eq!(scene.probe(member, Some(external_id)).unwrap_err().code, code, "{external_id:?}");
    }
}

#[test]
fn sessions_last_900_s_to_what_the_role_allows_and_chained_ones_an_hour() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let mut role = scene.role();
    role.max_session_s = 7_200;
    scene.world.place_role(member, &role).unwrap();
    let administrator = administrator(scene.vendor);
    for (seconds, expected) in [
        (899, Err(Code::ValidationError)),
        (900, Ok(900)),
        (7_200, Ok(7_200)),
        (7_201, Err(Code::ValidationError)),
        (43_201, Err(Code::ValidationError)),
    ] {
        let request = AssumeRole { duration_s: Some(seconds), ..scene.request(member, Some(EXTERNAL_ID)) };
        let answer = scene.world.assume_role(&administrator, &request);
        let got =
            answer.map(|session| session.expires_at().since(scene.world.now()).0 / 1_000).map_err(|error| error.code);
        assert_eq!(got, expected, "{seconds}");
    }
    // The prober is a session itself: 12 hours through a chained role are an error, not a denial.
    let mut chained = scene.request(member, Some(EXTERNAL_ID));
    let prober = scene.prober;
    for (seconds, expected) in
        [(3_600, None), (3_601, Some(Code::ValidationError)), (43_200, Some(Code::ValidationError))]
    {
        chained.duration_s = Some(seconds);
        assert_eq!(scene.world.assume_role(&prober, &chained).err().map(|error| error.code), expected, "{seconds}");
    }
}

#[test]
fn tokens_of_the_global_endpoint_fail_in_opt_in_regions() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let role = scene.role();
    scene.world.place_role(member, &role).unwrap();
    let opt_in = scene.world.text("ap-east-1");
    scene.world.set_opt_in_regions(&[opt_in]);
    let prober = scene.prober;
    for (endpoint, opt_in_works) in [(Endpoint::Global, false), (Endpoint::Regional(scene.region), true)] {
        let request = AssumeRole { endpoint, ..scene.request(member, Some(EXTERNAL_ID)) };
        let session = Caller::Session(scene.world.assume_role(&prober, &request).unwrap());
        let answer = scene.world.get_caller_identity(&session, Endpoint::Regional(opt_in));
        assert_eq!(answer.is_ok(), opt_in_works, "{endpoint:?}");
        if let Err(error) = answer {
            assert_eq!(error.code, Code::InvalidClientTokenId);
        }
        assert!(scene.world.get_caller_identity(&session, Endpoint::Regional(scene.region)).is_ok());
    }
}

#[test]
fn sts_answers_600_requests_a_second_for_each_calling_account_and_region() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let answers: Vec<_> = (0..601).map(|_| scene.probe(member, Some(EXTERNAL_ID)).unwrap_err().code).collect();
    assert!(answers[..600].iter().all(|code| *code == Code::AccessDenied));
    assert_eq!(answers[600], Code::Throttling);
    let elsewhere = scene.world.text("eu-west-1");
    let request = AssumeRole { endpoint: Endpoint::Regional(elsewhere), ..scene.request(member, None) };
    let prober = scene.prober;
    assert_eq!(scene.world.assume_role(&prober, &request).unwrap_err().code, Code::AccessDenied);
    let other = administrator(scene.management);
    let request = scene.request(member, None);
    assert_eq!(scene.world.assume_role(&other, &request).unwrap_err().code, Code::AccessDenied);
    scene.pass(SimSpan::seconds(1));
    assert_eq!(scene.probe(member, None).unwrap_err().code, Code::AccessDenied);
}

#[test]
fn scps_bind_neither_outsiders_nor_the_management_account_but_sessions_of_members() {
    let mut scene = Scene::new();
    let role = scene.role();
    let (member, management) = (scene.members[0], scene.management);
    for account in [member, management] {
        scene.world.place_role(account, &role).unwrap();
    }
    let scp = r#"{"Statement":[{"Effect":"Deny","Action":["sts:AssumeRole","ec2:*"],"Resource":"*"}]}"#;
    let scp = scene.world.policy(scp, PolicyType::ServiceControl);
    let root = Attachment::Node(NodeId::ROOT);
    let administrator = administrator(management);
    scene.world.attach_policy(&administrator, scp, root).unwrap();
    // The vendor is from outside: it still comes in.
    for (account, ec2) in [(member, false), (management, true)] {
        let session = Caller::Session(scene.probe(account, Some(EXTERNAL_ID)).unwrap());
        assert!(scene.world.act(&session, "ce:GetCostAndUsage", "*", scene.region).is_ok());
        let answer = scene.world.act(&session, "ec2:DescribeInstances", "*", scene.region);
        assert_eq!(answer.is_ok(), ec2);
        if let Err(error) = answer {
            let text = scene.message(&error);
            assert!(text.ends_with("with an explicit deny in a service control policy"), "{text}");
        }
    }
    scene.world.detach_policy(&administrator, scp, root).unwrap();
    let session = Caller::Session(scene.probe(member, Some(EXTERNAL_ID)).unwrap());
    assert!(scene.world.act(&session, "ec2:DescribeInstances", "*", scene.region).is_ok());
}

#[test]
fn rcps_bind_outsiders_on_member_accounts_only() {
    let mut scene = Scene::new();
    let role = scene.role();
    let (member, management) = (scene.members[0], scene.management);
    for account in [member, management] {
        scene.world.place_role(account, &role).unwrap();
    }
    let rcp = |exempt: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{{"StringNotEquals":{{"aws:PrincipalOrgID":"o-exampleorg1","aws:PrincipalAccount":"{exempt}"}}}}}}]}}"#
        )
    };
    let administrator = administrator(management);
    let strict = scene.world.policy(&rcp("999999999999"), PolicyType::ResourceControl);
    scene.world.attach_policy(&administrator, strict, Attachment::Node(NodeId::ROOT)).unwrap();
    assert!(!scene.opens(member, Some(EXTERNAL_ID)));
    assert!(scene.opens(management, Some(EXTERNAL_ID)));
    // Insiders pass: the management account uses OrganizationAccountAccessRole.
    let mut inside = scene.request(member, None);
    inside.role = scene.world.text("OrganizationAccountAccessRole");
    assert!(scene.world.assume_role(&administrator, &inside).is_ok());
    // The vendor's account is exempted: the remedy.
    scene.world.detach_policy(&administrator, strict, Attachment::Node(NodeId::ROOT)).unwrap();
    let exempting = scene.world.policy(&rcp(VENDOR), PolicyType::ResourceControl);
    scene.world.attach_policy(&administrator, exempting, Attachment::Node(NodeId::ROOT)).unwrap();
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
}

#[test]
fn a_session_is_limited_by_the_role_and_its_boundary() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let boundary = scene.world.policy(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ce:*","Resource":"*"}]}"#,
        PolicyType::Identity,
    );
    let (administrator, name) = (administrator(member), scene.world.text("Limit"));
    let boundary = scene.world.create_policy(&administrator, name, boundary).unwrap();
    let mut role = scene.role();
    role.boundary = Some(boundary);
    scene.world.place_role(member, &role).unwrap();
    let session = Caller::Session(scene.probe(member, Some(EXTERNAL_ID)).unwrap());
    let mut act = |action: &str| {
        let answer = scene.world.act(&session, action, "*", scene.region);
        answer.err().map(|error| scene.world.message(&error))
    };
    assert_eq!(act("ce:GetCostAndUsage"), None);
    let text = act("ec2:DescribeInstances").unwrap();
    assert!(text.ends_with("because no permissions boundary allows the ec2:DescribeInstances action"), "{text}");
    let text = act("ec2:TerminateInstances").unwrap();
    assert!(text.ends_with("because no identity-based policy allows the ec2:TerminateInstances action"), "{text}");
    // A boundary of the account in place of the customer's: the same by AWS's managed policy.
    assert!(matches!(boundary, ManagedPolicy::Customer(_)));
}

#[test]
fn sessions_end_with_their_time_and_with_their_role() {
    let mut scene = Scene::new();
    let member = scene.members[0];
    let role = scene.role();
    let unique = scene.world.place_role(member, &role).unwrap();
    let session = Caller::Session(scene.probe(member, Some(EXTERNAL_ID)).unwrap());
    let act = |scene: &mut Scene| {
        scene.world.act(&session, "ce:GetCostAndUsage", "*", scene.region).map_err(|error| error.code)
    };
    assert_eq!(act(&mut scene), Ok(()));
    scene.pass(SimSpan::hours(1));
    assert_eq!(act(&mut scene), Err(Code::ExpiredToken));
    let session = Caller::Session(scene.probe(member, Some(EXTERNAL_ID)).unwrap());
    scene.world.take_role_away(unique);
    let answer = scene.world.act(&session, "ce:GetCostAndUsage", "*", scene.region);
    assert_eq!(answer.unwrap_err().code, Code::InvalidClientTokenId);
}

/// Remembering must not change an answer: every account and ID, asked twice, against a world that never remembers.
#[test]
fn remembered_decisions_are_those_of_the_evaluator() {
    let mut scene = Scene::with(Settings { rates: false, ..Settings::default() }, 12);
    let variants = [
        trust_text(VENDOR, EXTERNAL_ID),
        trust_text(VENDOR, EXTERNAL_ID).replace("StringEquals", "StringLike").replace(EXTERNAL_ID, "f0a4*"),
        trust_text(VENDOR, EXTERNAL_ID).replace(
            r#""StringEquals":{"sts:ExternalId":"#,
            r#""StringEquals":{"aws:ResourceAccount":"222222222206","sts:ExternalId":"#,
        ),
        trust_text(VENDOR, "${aws:ResourceAccount}"),
    ];
    let policies: Vec<_> = variants.iter().map(|text| scene.trust(text)).collect();
    for (number, member) in scene.members.clone().into_iter().enumerate() {
        let mut role = scene.role();
        role.trust = policies[number % policies.len()];
        scene.world.place_role(member, &role).unwrap();
    }
    let ids = [None, Some(EXTERNAL_ID), Some("f0a4-other"), Some("222222222203"), Some("222222222207")];
    let ask = |scene: &mut Scene, forget: bool| {
        let mut answers = Vec::new();
        for member in scene.members.clone() {
            for external_id in ids {
                if forget {
                    scene.world.memory = super::Memory::default();
                }
                answers.push(scene.opens(member, external_id));
            }
        }
        answers
    };
    let fresh = ask(&mut scene, true);
    assert_eq!(ask(&mut scene, false), fresh);
    assert_eq!(ask(&mut scene, false), fresh);
    assert!(scene.world.steps().remembered > 30, "{:?}", scene.world.steps());
    assert!(fresh.iter().any(|opens| *opens) && fresh.iter().any(|opens| !opens));
}

/// The evaluation cases about trust policies, asked of the world: it must answer what the evaluator decides.
#[test]
fn the_evaluation_cases_about_trust_hold_here() {
    let mut asked = 0;
    for file in ["21-trust-policies-and-kms-keys", "22-principals", "23-scp-rcp-and-endpoint-policies"] {
        for line in rolecall_fixtures::text(&format!("evaluation/{file}.jsonl")).lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            asked += u32::from(holds(line, &case));
        }
    }
    // 26 cases of role sessions, and two about RCPs.
    assert_eq!(asked, 28, "cases that could be asked");
}

/// Builds the world of a case and asks it; false for cases that are not about AssumeRole by a role's session.
fn holds(line: &str, case: &serde_json::Value) -> bool {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (principal, resource) = (text("principal"), text("resource"));
    let session = principal.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'));
    let role = resource.split_once(":role/").map(|(arn, role)| (arn.rsplit(':').next().unwrap_or_default(), role));
    let (Some((caller_role, session)), Some((account, role))) = (session, role) else { return false };
    if !text("action").eq_ignore_ascii_case("sts:AssumeRole") {
        return false;
    }
    let mut world = World::new(Seed(1), Settings::default());
    let numbers = trust_accounts(&format!("{} {principal} {account}", case["resourcePolicy"]));
    let accounts: Vec<_> = numbers.iter().map(|number| world.add_account(id(number)).unwrap()).collect();
    let of = |number: &str| accounts[numbers.iter().position(|known| known == number).unwrap()];
    let (from, target) = (of(principal.split(':').nth(4).unwrap()), of(account));
    add_rcps(&mut world, target, &case["resourceControlPolicies"]);
    let caller_role = text("principalRole").split_once(":role/").map_or(caller_role, |(_, role)| role);
    let caller = caller_session(&mut world, from, caller_role, session, &case["identityPolicies"]);
    let trust = case["resourcePolicy"].as_object().map(|document| serde_json::to_string(document).unwrap());
    let (path, name) = split(&mut world, role);
    if let Some(trust) = trust {
        add_named_roles(&mut world, &trust);
        let trust = world.policy(&trust, PolicyType::Trust);
        let definition = definition(&mut world, role, trust);
        world.place_role(target, &definition).unwrap();
    }
    let external_id = case["context"]["sts:ExternalId"].as_str().map(|text| world.text(text));
    let session_name = world.text("session");
    let endpoint = Endpoint::Global;
    let request =
        AssumeRole { account: target, path, role: name, session_name, external_id, duration_s: None, endpoint };
    let line = request_line::read(line, |_| ActionFacts::default()).unwrap();
    let decided = decide(&line.policies, &line.request).decision;
    let opened = world.assume_role(&caller, &request).is_ok();
    assert_eq!(opened, decided == Decision::Allowed, "{}", text("id"));
    assert_eq!(decided.as_str(), text("expect"), "{}", text("id"));
    true
}

/// The target becomes a member; every RCP of the case is attached to the root.
fn add_rcps(world: &mut World, target: AccountKey, levels: &serde_json::Value) {
    let Some(levels) = levels.as_array() else { return };
    let management = world.add_account(id("123123123123")).unwrap();
    let organization = world.add_organization("o-exampleorg1", management, FeatureSet::All).unwrap();
    world.accept_invitation(organization, target).unwrap();
    for document in levels.iter().flat_map(|level| level.as_array().unwrap()) {
        if document["Statement"][0]["Effect"] == "Deny" {
            let rcp = world.policy(&document.to_string(), PolicyType::ResourceControl);
            let root = Attachment::Node(NodeId::ROOT);
            world.attach_policy(&Caller::Administrator(management), rcp, root).unwrap();
        }
    }
}

/// A trust can be saved only when the roles exist that it names.
fn add_named_roles(world: &mut World, trust: &str) {
    for arn in trust.split('"').filter(|part| part.starts_with("arn:aws:iam::") && part.contains(":role/")) {
        let (account, role) = arn.split_once(":role/").unwrap();
        let account = world.account_key(id(account.rsplit(':').next().unwrap())).unwrap();
        let nobody = {
            let trust = service_trust(world);
            definition(world, role, trust)
        };
        if let Err(error) = world.place_role(account, &nobody) {
            assert_eq!(error.code, Code::EntityAlreadyExists);
        }
    }
}

fn service_trust(world: &mut World) -> PolicyId {
    let text =
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    world.policy(text, PolicyType::Trust)
}

fn caller_session(
    world: &mut World,
    account: AccountKey,
    role: &str,
    session: &str,
    identity: &serde_json::Value,
) -> Caller {
    let service = service_trust(world);
    let mut definition = definition(world, role, service);
    for (number, document) in identity.as_array().into_iter().flatten().enumerate() {
        let name = world.text(&format!("p{number}"));
        definition.inline.push((name, world.policy(&document.to_string(), PolicyType::Identity)));
    }
    let unique = world.place_role(account, &definition).unwrap();
    let (name, region) = (world.text(session), world.text("us-east-1"));
    Caller::Session(world.service_session(unique, name, region, SimSpan::hours(1)).unwrap())
}

fn split(world: &mut World, path_and_name: &str) -> (TextId, TextId) {
    match path_and_name.rsplit_once('/') {
        None => (world.text("/"), world.text(path_and_name)),
        Some((path, name)) => (world.text(&format!("/{path}/")), world.text(name)),
    }
}

fn definition(world: &mut World, path_and_name: &str, trust: PolicyId) -> RoleDefinition {
    let (path, name) = split(world, path_and_name);
    RoleDefinition { name, path, ..RoleDefinition::new(world.texts_mut(), "Any", trust) }
}

/// Every account number of a text, once.
fn trust_accounts(text: &str) -> Vec<String> {
    let digits = text.split(|character: char| !character.is_ascii_digit());
    let mut numbers: Vec<_> = digits.filter(|part| part.len() == 12).map(str::to_owned).collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

#[test]
fn a_role_that_is_seconds_old_is_denied_until_sts_has_seen_it() {
    let settings = Settings { role_propagation: Delay::Fixed(SimSpan::seconds(4)), ..Settings::default() };
    let mut scene = Scene::with(settings, 2);
    let member = scene.members[0];
    let role = scene.role();
    scene.world.add_role(member, &role).unwrap();
    assert!(!scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan(3_999));
    assert!(!scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan(1));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    // And a deleted one opens until then.
    let administrator = administrator(member);
    let (name, policy) = (scene.world.text("ProsperOps"), scene.world.text("ProsperOps"));
    scene.world.delete_role_policy(&administrator, name, policy).unwrap();
    scene.world.delete_role(&administrator, name).unwrap();
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::seconds(4));
    assert!(!scene.opens(member, Some(EXTERNAL_ID)));
}

#[test]
fn a_late_arrival_of_an_early_write_changes_nothing() {
    let settings = Settings { role_propagation: Delay::Fixed(SimSpan::seconds(60)), ..Settings::default() };
    let mut scene = Scene::with(settings, 1);
    let member = scene.members[0];
    let wrong = scene.role_with("the-wrong-id");
    scene.world.add_role(member, &wrong).unwrap();
    scene.world.settings_mut().role_propagation = Delay::Fixed(SimSpan::seconds(1));
    let (administrator, name) = (administrator(member), scene.world.text("ProsperOps"));
    let right = scene.trust(&trust_text(VENDOR, EXTERNAL_ID));
    scene.world.update_assume_role_policy(&administrator, name, right).unwrap();
    scene.pass(SimSpan::seconds(2));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::seconds(120));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
}
