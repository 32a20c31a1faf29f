//! IAM, fact by fact.

use super::{CreateRole, ManagedPolicy, RoleDefinition, UniqueId, UpdateRole};
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::organizations::{Attachment, NodeId};
use crate::settings::{FaultRates, Settings};
use crate::tests::scene::{EXTERNAL_ID, Scene, VENDOR, administrator, trust_text};
use crate::text::TextId;
use rolecall_iam::document::PolicyType;
use std::collections::BTreeSet;

fn create(scene: &mut Scene, name: &str) -> CreateRole {
    let trust = scene.trust(&trust_text(VENDOR, EXTERNAL_ID));
    let name = scene.world.text(name);
    CreateRole { name, path: None, description: None, trust, max_session_s: None, boundary: None, tags: Vec::new() }
}

fn inside(scene: &Scene) -> Caller {
    administrator(scene.members[0])
}

fn code<T>(answer: Result<T, ApiError>) -> Option<Code> {
    answer.err().map(|error| error.code)
}

#[test]
fn role_names_are_unique_ignoring_case_and_matched_with_case() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let lower = create(&mut scene, "prosperops");
    scene.world.create_role(&caller, &lower).unwrap();
    let upper = create(&mut scene, "ProsperOps");
    let error = scene.world.create_role(&caller, &upper).unwrap_err();
    assert_eq!(error.code, Code::EntityAlreadyExists);
    assert_eq!(scene.message(&error), "Role with name ProsperOps already exists.");
    // It is there, and yet `ProsperOps` does not open.
    assert!(!scene.opens(scene.members[0], Some(EXTERNAL_ID)));
    let other = administrator(scene.members[1]);
    assert!(scene.world.create_role(&other, &upper).is_ok());
    assert!(scene.opens(scene.members[1], Some(EXTERNAL_ID)));
}

type Change = fn(&mut CreateRole, &mut Scene);

#[test]
fn names_paths_descriptions_durations_and_tags_have_their_limits() {
    let cases: [(&str, Change, Option<Code>); 14] = [
        ("64 characters", |role, scene| role.name = scene.world.text(&"n".repeat(64)), None),
        ("65 characters", |role, scene| role.name = scene.world.text(&"n".repeat(65)), Some(Code::ValidationError)),
        ("all characters of a name", |role, scene| role.name = scene.world.text("aZ9_+=,.@-"), None),
        ("a space", |role, scene| role.name = scene.world.text("a b"), Some(Code::ValidationError)),
        ("a path", |role, scene| role.path = Some(scene.world.text("/vendors/finops/")), None),
        (
            "a path without its end",
            |role, scene| role.path = Some(scene.world.text("/vendors")),
            Some(Code::ValidationError),
        ),
        (
            "512 characters of path",
            |role, scene| role.path = Some(scene.world.text(&format!("/{}/", "p".repeat(510)))),
            None,
        ),
        (
            "513",
            |role, scene| role.path = Some(scene.world.text(&format!("/{}/", "p".repeat(511)))),
            Some(Code::ValidationError),
        ),
        ("1,000 of description", |role, scene| role.description = Some(scene.world.text(&"d".repeat(1_000))), None),
        (
            "1,001",
            |role, scene| role.description = Some(scene.world.text(&"d".repeat(1_001))),
            Some(Code::ValidationError),
        ),
        ("43,200 s", |role, _| role.max_session_s = Some(43_200), None),
        ("3,599 s", |role, _| role.max_session_s = Some(3_599), Some(Code::ValidationError)),
        ("50 tags", |role, scene| role.tags = tags(scene, 50), None),
        ("51 tags", |role, scene| role.tags = tags(scene, 51), Some(Code::LimitExceeded)),
    ];
    for (name, change, expected) in cases {
        let mut scene = Scene::new();
        let caller = inside(&scene);
        let mut request = create(&mut scene, "ProsperOps");
        change(&mut request, &mut scene);
        assert_eq!(code(scene.world.create_role(&caller, &request)), expected, "{name}");
    }
}

fn tags(scene: &mut Scene, count: usize) -> Vec<(TextId, TextId)> {
    (0..count).map(|number| (scene.world.text(&format!("key{number}")), scene.world.text("value"))).collect()
}

/// A trust of exactly `chars` characters that count.
fn trust_of(scene: &mut Scene, chars: usize, spaces: usize) -> crate::policy::PolicyId {
    let shortest = trust_text(VENDOR, "").len();
    let text = trust_text(VENDOR, &"x".repeat(chars - shortest));
    let text = text.replacen('{', &format!("{{{}", " ".repeat(spaces)), 1);
    scene.trust(&text)
}

#[test]
fn a_trust_has_2048_characters_and_4096_after_an_increase_white_space_apart() {
    for (chars, spaces, raised, expected) in [
        (2_048, 0, false, None),
        (2_048, 5_000, false, None),
        (2_049, 0, false, Some(Code::LimitExceeded)),
        (4_096, 0, true, None),
        (4_097, 0, true, Some(Code::LimitExceeded)),
    ] {
        let mut scene = Scene::new();
        let caller = inside(&scene);
        if raised {
            scene.world.raise_trust_quota(scene.members[0]);
        }
        let mut request = create(&mut scene, "ProsperOps");
        request.trust = trust_of(&mut scene, chars, spaces);
        let answer = scene.world.create_role(&caller, &request);
        if let Err(error) = &answer {
            assert!(scene.message(error).starts_with("Cannot exceed quota for ACLSizePerRole: "));
        }
        assert_eq!(code(answer), expected, "{chars} {spaces} {raised}");
    }
}

fn document(scene: &mut Scene, chars: usize) -> crate::policy::PolicyId {
    let text =
        |sid: &str| format!(r#"{{"Statement":[{{"Sid":"{sid}","Effect":"Allow","Action":"ce:*","Resource":"*"}}]}}"#);
    let text = text(&"s".repeat(chars - text("").len()));
    scene.world.policy(&text, PolicyType::Identity)
}

#[test]
fn inline_policies_of_a_role_have_10240_characters_together() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let role = create(&mut scene, "ProsperOps");
    scene.world.create_role(&caller, &role).unwrap();
    let (first, second) = (scene.world.text("first"), scene.world.text("second"));
    let (large, small, over) = (document(&mut scene, 10_000), document(&mut scene, 240), document(&mut scene, 241));
    scene.world.put_role_policy(&caller, role.name, first, large).unwrap();
    let error = scene.world.put_role_policy(&caller, role.name, second, over).unwrap_err();
    assert_eq!(error.code, Code::LimitExceeded);
    assert_eq!(scene.message(&error), "Maximum policy size of 10240 bytes exceeded for role ProsperOps");
    scene.world.put_role_policy(&caller, role.name, second, small).unwrap();
    // The same name is replaced, not added.
    scene.world.put_role_policy(&caller, role.name, second, small).unwrap();
}

#[test]
fn managed_policies_have_6144_characters() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let (fits, over) = (document(&mut scene, 6_144), document(&mut scene, 6_145));
    let (one, two) = (scene.world.text("one"), scene.world.text("two"));
    assert_eq!(code(scene.world.create_policy(&caller, one, fits)), None);
    assert_eq!(code(scene.world.create_policy(&caller, one, fits)), Some(Code::EntityAlreadyExists));
    assert_eq!(code(scene.world.create_policy(&caller, two, over)), Some(Code::LimitExceeded));
}

#[test]
fn an_account_has_1000_roles() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let role = create(&mut scene, "ProsperOps");
    // One is OrganizationAccountAccessRole.
    scene.world.set_other_roles(scene.members[0], 999);
    let error = scene.world.create_role(&caller, &role).unwrap_err();
    assert_eq!(
        (error.code, scene.message(&error).as_str()),
        (Code::LimitExceeded, "Cannot exceed quota for RolesPerAccount: 1000")
    );
    scene.world.set_other_roles(scene.members[0], 998);
    assert_eq!(code(scene.world.create_role(&caller, &role)), None);
}

#[test]
fn malformed_documents_are_refused_and_change_nothing() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let role = create(&mut scene, "ProsperOps");
    let damaged = scene.trust(r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#);
    let bad = CreateRole { trust: damaged, ..role.clone() };
    assert_eq!(code(scene.world.create_role(&caller, &bad)), Some(Code::MalformedPolicyDocument));
    scene.world.create_role(&caller, &role).unwrap();
    assert_eq!(
        code(scene.world.update_assume_role_policy(&caller, role.name, damaged)),
        Some(Code::MalformedPolicyDocument)
    );
    assert!(scene.opens(scene.members[0], Some(EXTERNAL_ID)));
    let nobody = scene.trust(&trust_text("987654321098", EXTERNAL_ID));
    let error = scene.world.update_assume_role_policy(&caller, role.name, nobody).unwrap_err();
    assert_eq!(scene.message(&error), r#"Invalid principal in policy: "AWS":"arn:aws:iam::987654321098:root""#);
}

#[test]
fn what_is_not_there_cannot_be_found() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let name = scene.world.text("Nothing");
    let error = scene.world.get_role(&caller, name).unwrap_err();
    assert_eq!((error.code, error.code.http_status()), (Code::NoSuchEntity, 404));
    assert_eq!(scene.message(&error), "The role with name Nothing cannot be found.");
    assert_eq!(code(scene.world.delete_role(&caller, name)), Some(Code::NoSuchEntity));
    assert_eq!(code(scene.world.update_role(&caller, name, UpdateRole::default())), Some(Code::NoSuchEntity));
    let role = create(&mut scene, "ProsperOps");
    scene.world.create_role(&caller, &role).unwrap();
    let missing = ManagedPolicy::Aws(name);
    assert_eq!(code(scene.world.attach_role_policy(&caller, role.name, missing)), Some(Code::NoSuchEntity));
    assert_eq!(code(scene.world.put_role_permissions_boundary(&caller, role.name, missing)), Some(Code::NoSuchEntity));
    assert_eq!(code(scene.world.delete_role_policy(&caller, role.name, name)), Some(Code::NoSuchEntity));
}

#[test]
fn a_role_with_policies_cannot_be_deleted() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let role = create(&mut scene, "ProsperOps");
    scene.world.create_role(&caller, &role).unwrap();
    let (name, small) = (scene.world.text("p"), document(&mut scene, 200));
    let administrator = ManagedPolicy::Aws(scene.world.text("AdministratorAccess"));
    scene.world.put_role_policy(&caller, role.name, name, small).unwrap();
    scene.world.attach_role_policy(&caller, role.name, administrator).unwrap();
    assert_eq!(code(scene.world.delete_role(&caller, role.name)), Some(Code::DeleteConflict));
    scene.world.detach_role_policy(&caller, role.name, administrator).unwrap();
    assert_eq!(code(scene.world.delete_role(&caller, role.name)), Some(Code::DeleteConflict));
    scene.world.delete_role_policy(&caller, role.name, name).unwrap();
    assert_eq!(code(scene.world.delete_role(&caller, role.name)), None);
    assert_eq!(code(scene.world.get_role(&caller, role.name)), Some(Code::NoSuchEntity));
}

#[test]
fn updates_show_in_the_role() {
    let mut scene = Scene::new();
    let caller = inside(&scene);
    let role = create(&mut scene, "ProsperOps");
    scene.world.create_role(&caller, &role).unwrap();
    let (key, value, description) = (scene.world.text("team"), scene.world.text("finops"), scene.world.text("new"));
    let update = UpdateRole { description: Some(description), max_session_s: Some(7_200) };
    scene.world.update_role(&caller, role.name, update).unwrap();
    scene.world.tag_role(&caller, role.name, key, value).unwrap();
    let key_upper = scene.world.text("TEAM");
    scene.world.tag_role(&caller, role.name, key_upper, value).unwrap();
    let info = scene.world.get_role(&caller, role.name).unwrap();
    let definition = scene.world.definitions().get(info.definition);
    assert_eq!((definition.description, definition.max_session_s), (Some(description), 7_200));
    assert_eq!(definition.tags, [(key_upper, value)]);
    scene.world.untag_role(&caller, role.name, key_upper).unwrap();
    let names: Vec<_> = scene.world.list_roles(&caller).unwrap().iter().map(|info| info.definition).collect();
    let names: Vec<_> =
        names.iter().map(|id| scene.world.texts().get(scene.world.definitions().get(*id).name).to_owned()).collect();
    assert_eq!(names, ["OrganizationAccountAccessRole", "ProsperOps"]);
}

/// The vendor's role is named in the trust; it is deleted and made again: the trust shows `AROA…` and matches nobody,
/// until it is saved again. A trust that names the root has no such trouble.
#[test]
fn a_role_in_principal_is_stored_as_its_unique_id() {
    let mut scene = Scene::new();
    let (by_role, by_root) = (scene.members[0], scene.members[1]);
    let by_arn = trust_text(VENDOR, EXTERNAL_ID).replace(":root", ":role/Prober");
    let mut role = scene.role();
    scene.world.place_role(by_root, &role).unwrap();
    role.trust = scene.trust(&by_arn);
    scene.world.place_role(by_role, &role).unwrap();
    assert!(scene.opens(by_role, Some(EXTERNAL_ID)) && scene.opens(by_root, Some(EXTERNAL_ID)));
    let shown = |scene: &mut Scene| {
        let caller = administrator(by_role);
        let name = scene.world.text("ProsperOps");
        let info = scene.world.get_role(&caller, name).unwrap();
        scene.world.policies().get(info.trust).unwrap().text.to_string()
    };
    assert!(shown(&mut scene).contains("arn:aws:iam::205499583182:role/Prober"));
    let old = remake_prober(&mut scene);
    assert!(shown(&mut scene).contains(&old.to_string()), "{}", shown(&mut scene));
    assert!(!scene.opens(by_role, Some(EXTERNAL_ID)));
    assert!(scene.opens(by_root, Some(EXTERNAL_ID)));
    let (caller, name, trust) = (administrator(by_role), scene.world.text("ProsperOps"), scene.trust(&by_arn));
    scene.world.update_assume_role_policy(&caller, name, trust).unwrap();
    assert!(scene.opens(by_role, Some(EXTERNAL_ID)));
}

/// `aws:PrincipalArn` in a condition survives the re-creation.
#[test]
fn a_principal_arn_in_a_condition_is_only_a_text() {
    let mut scene = Scene::new();
    let condition = r#""Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::205499583182:role/Prober"},"#;
    let text = trust_text(VENDOR, EXTERNAL_ID).replace(r#""Condition":{"#, condition);
    let mut role = scene.role();
    role.trust = scene.trust(&text);
    scene.world.place_role(scene.members[0], &role).unwrap();
    assert!(scene.opens(scene.members[0], Some(EXTERNAL_ID)));
    remake_prober(&mut scene);
    assert!(scene.opens(scene.members[0], Some(EXTERNAL_ID)));
}

/// Deletes the vendor's role and makes it again; the prober has a session of the new one. The old unique ID.
fn remake_prober(scene: &mut Scene) -> UniqueId {
    let Caller::Session(session) = scene.prober else { panic!("the prober is a session") };
    let (old, vendor) = (session.role(), scene.vendor);
    let info = scene.world.role_info(old).unwrap();
    let definition = RoleDefinition::clone(scene.world.definitions().get(info.definition));
    scene.world.take_role_away(old);
    let made = scene.world.place_role(vendor, &definition).unwrap();
    assert_ne!(made, old);
    let (name, region) = (session.name(), scene.region);
    let span = crate::time::SimSpan::days(1);
    scene.prober = Caller::Session(scene.world.service_session(made, name, region, span).unwrap());
    old
}

#[test]
fn a_trust_cannot_name_an_account_of_another_partition() {
    let mut scene = Scene::new();
    let mut role = scene.role();
    role.trust = scene.trust(&trust_text(VENDOR, EXTERNAL_ID).replace("arn:aws:", "arn:aws-us-gov:"));
    let error = scene.world.place_role(scene.members[0], &role).unwrap_err();
    assert_eq!(error.code, Code::MalformedPolicyDocument);
    let expected = r#"Invalid principal in policy: "AWS":"arn:aws-us-gov:iam::205499583182:root""#;
    assert_eq!(scene.message(&error), expected);
}

#[test]
fn a_trust_cannot_name_a_role_that_does_not_exist() {
    let mut scene = Scene::new();
    let mut role = scene.role();
    role.trust = scene.trust(&trust_text(VENDOR, EXTERNAL_ID).replace(":root", ":role/Missing"));
    let error = scene.world.place_role(scene.members[0], &role).unwrap_err();
    assert_eq!(scene.message(&error), r#"Invalid principal in policy: "AWS":"arn:aws:iam::205499583182:role/Missing""#);
}

#[test]
fn unique_ids_look_like_aws_ones_and_never_repeat() {
    let ids: BTreeSet<_> = (0..1_000)
        .flat_map(|account| {
            (0..5).map(move |serial| UniqueId::new(AccountNumber::of_last_digits(111_111_111_111 + account), serial))
        })
        .map(|unique| unique.to_string())
        .collect();
    assert_eq!(ids.len(), 5_000);
    let well_formed = |id: &String| {
        id.len() == 21
            && id.starts_with("AROA")
            && id.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte))
    };
    assert!(ids.iter().all(well_formed));
    assert_eq!(
        UniqueId::new(AccountNumber::of_last_digits(111_111_111_111), 7).account(),
        AccountNumber::of_last_digits(111_111_111_111)
    );
}

#[test]
fn equal_definitions_are_shared() {
    let mut scene = Scene::with(Settings::default(), 500);
    let before = scene.world.definitions().len();
    for member in scene.members.clone() {
        let role = scene.role();
        scene.world.place_role(member, &role).unwrap();
    }
    assert_eq!(scene.world.definitions().len(), before + 1);
}

#[test]
fn scps_bind_those_who_create_roles() {
    let mut scene = Scene::new();
    let management = administrator(scene.management);
    let scp =
        r#"{"Statement":[{"Effect":"Deny","Action":"iam:CreateRole","Resource":"arn:aws:iam::*:role/Prosper*"}]}"#;
    let scp = scene.world.policy(scp, PolicyType::ServiceControl);
    scene.world.attach_policy(&management, scp, Attachment::Node(NodeId::ROOT)).unwrap();
    let caller = inside(&scene);
    let (denied, other) = (create(&mut scene, "ProsperOps"), create(&mut scene, "Another"));
    let error = scene.world.create_role(&caller, &denied).unwrap_err();
    assert_eq!(
        scene.message(&error),
        "User: arn:aws:iam::222222222200:user/administrator is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::222222222200:role/ProsperOps with an explicit deny in a service control policy"
    );
    assert_eq!(code(scene.world.create_role(&caller, &other)), None);
    assert_eq!(code(scene.world.create_role(&management, &denied)), None);
}

/// How often each fault strikes, and that a lost answer may hide a role that was made.
#[test]
fn faults_strike_as_often_as_they_are_set() {
    let mut scene = Scene::with(Settings::default(), 1);
    let rates = FaultRates { throttled: 100_000, internal: 100_000, timed_out: 200_000 };
    scene.world.settings_mut().faults.insert(Api::CreateRole, rates);
    let caller = inside(&scene);
    let (mut throttled, mut internal, mut timed_out, mut half_made) = (0, 0, 0, 0);
    for number in 0..900 {
        let request = create(&mut scene, &format!("Role{number}"));
        match code(scene.world.create_role(&caller, &request)) {
            None => {}
            Some(Code::Throttling) => throttled += 1,
            Some(Code::ServiceFailure) => internal += 1,
            Some(Code::TimedOut) => {
                timed_out += 1;
                half_made += i32::from(scene.world.get_role(&caller, request.name).is_ok());
            }
            Some(other) => panic!("{other:?}"),
        }
    }
    for (count, expected) in [(throttled, 90), (internal, 90), (timed_out, 180), (half_made, 90)] {
        assert!((expected * 6 / 10..expected * 14 / 10).contains(&count), "{count} of {expected}");
    }
    // Other APIs are not touched.
    assert!((0..200).all(|_| scene.world.list_roles(&caller).is_ok()));
}

#[test]
fn a_stranger_account_has_its_own_names() {
    let mut scene = Scene::new();
    let request = create(&mut scene, "ProsperOps");
    for account in scene.members.clone() {
        let caller: Caller = Caller::Administrator(account);
        let info = scene.world.create_role(&caller, &request).unwrap();
        let key: AccountKey = info.account;
        assert_eq!(key, account);
    }
}
