//! Factories, pipelines with their flaws, churn, stack sets.

use super::scene::{Company, DOCUMENT, template};
use crate::account::{AccountState, Origin};
use crate::cloudformation::{Amount, AutoDeployment, ConcurrencyMode, Preferences};
use crate::customer::{
    Arrivals, Churn, Creation, Delivery, Departure, Factory, Flaw, Pipeline, SelfManaged, ServiceManaged,
    deploy_self_managed, deploy_service_managed,
};
use crate::error::Code;
use crate::iam::ManagedPolicy;
use crate::organizations::NodeId;
use crate::play::tests::scene::{hour, minute, open};
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, VENDOR, id};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::{TraceLevel, VendorEvent};
use crate::world::Wake;
use rolecall_core::access_check::Verdict;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::vendor::Standing;

fn factory(company: &Company, arrivals: Arrivals) -> Factory {
    Factory {
        name: "factory".to_owned(),
        organization: company.stage.scene.organization,
        unit: company.stage.scene.workloads,
        arrivals,
        creation: Creation::Join(Origin::Created),
        pipeline: None,
    }
}

/// Case 2: ten minutes before the tick and the role after five; one minute before it.
#[test]
fn the_race_with_the_tick() {
    for (delivery, before) in [(Delivery::Administrator, 10), (Delivery::OrganizationRole, 1)] {
        let mut company = Company::new(open(), 0, |_| {});
        let mut pipeline = Pipeline::new("pipeline", template(), Delay::Fixed(SimSpan::minutes(5)));
        pipeline.delivery = delivery;
        let pipeline = company.automation.add_pipeline(&mut company.stage.play, pipeline);
        let arrivals = Arrivals::At(vec![minute(180 - before)]);
        let factory = Factory { pipeline: Some(pipeline), ..factory(&company, arrivals) };
        company.automation.add_factory(&mut company.stage.play, factory);
        // The caller's own wakes come through.
        company.stage.play.world_mut().wake_at(minute(100), Wake(5));
        assert_eq!(company.automation.run_until(&mut company.stage.play, hour(9)), Some(Wake(5)));
        company.run(hour(9));
        let [account] = company.newcomers()[..] else { panic!("one account") };
        let expected = if before > 5 { vec![] } else { vec![(hour(3), 1)] };
        assert_eq!(company.stage.mails(account), expected);
        assert_eq!(company.stage.standing(account), Some(Standing::Active));
        assert_eq!(company.automation.failed_deliveries(), []);
    }
}

#[test]
fn every_flaw_is_what_the_vendor_sees() {
    let flaws = [
        (Flaw::Never, Verdict::Denied),
        (Flaw::ExternalId("another-id".to_owned()), Verdict::Denied),
        (Flaw::ExternalId(format!("{EXTERNAL_ID}\n")), Verdict::Denied),
        (Flaw::NoCondition, Verdict::Insecure),
        (Flaw::Operator("StringLike".to_owned(), "*".to_owned()), Verdict::Insecure),
        (Flaw::Operator("StringEqualsIfExists".to_owned(), EXTERNAL_ID.to_owned()), Verdict::Insecure),
        (Flaw::Operator("StringEqualsIgnoreCase".to_owned(), EXTERNAL_ID.to_owned()), Verdict::Insecure),
        (Flaw::SecondStatement, Verdict::Insecure),
        (Flaw::Name("prosperops".to_owned()), Verdict::Denied),
        (Flaw::Path("/vendors/".to_owned()), Verdict::Denied),
        (Flaw::Principal("arn:aws:iam::111111111111:root".to_owned()), Verdict::Denied),
        (Flaw::Policies(Vec::new()), Verdict::Validated),
        (Flaw::Trust(template().trust_text()), Verdict::Validated),
    ];
    for (flaw, expected) in flaws {
        let mut company = Company::new(open(), 0, |_| {});
        let mut pipeline = Pipeline::new("pipeline", template(), Delay::ZERO);
        pipeline.flaws.push((1_000_000, flaw.clone()));
        let pipeline = company.automation.add_pipeline(&mut company.stage.play, pipeline);
        let factory = Factory { pipeline: Some(pipeline), ..factory(&company, Arrivals::At(vec![minute(5)])) };
        company.automation.add_factory(&mut company.stage.play, factory);
        company.run(hour(1));
        let account = company.newcomers()[0];
        let found = company.stage.records(account).into_iter().find_map(|(_, event)| match event {
            VendorEvent::Checked { verdict, .. } => Some(verdict),
            _ => None,
        });
        assert_eq!(found, Some(expected), "{flaw:?}");
    }
}

#[test]
fn flaws_come_in_their_share() {
    let mut company = Company::new(Settings { trace: TraceLevel::Hash, ..open() }, 0, |_| {});
    let mut pipeline = Pipeline::new("pipeline", template(), Delay::Uniform(SimSpan::ZERO, SimSpan::minutes(50)));
    pipeline.flaws.push((100_000, Flaw::Never));
    pipeline.flaws.push((50_000, Flaw::NoCondition));
    let pipeline = company.automation.add_pipeline(&mut company.stage.play, pipeline);
    let arrivals = Arrivals::At((0..2_000).map(SimTime).collect());
    let factory = Factory { pipeline: Some(pipeline), ..factory(&company, arrivals) };
    company.automation.add_factory(&mut company.stage.play, factory);
    company.run(hour(1));
    // 85 in a hundred, three standard deviations of 16 each.
    let active = company.active() - 1;
    assert!((1_652..=1_748).contains(&active), "{active}");
}

/// With AWS's own rate, time of creation and readiness: a script that tries again comes through.
#[test]
fn created_accounts_come_late_move_and_get_their_role() {
    let settings = Settings { trace: TraceLevel::Hash, rates: true, ..Settings::realistic() };
    let mut company = Company::new(settings, 0, |_| {});
    let mut pipeline = Pipeline::new("pipeline", template(), Delay::ZERO);
    pipeline.delivery = Delivery::OrganizationRole;
    let pipeline = company.automation.add_pipeline(&mut company.stage.play, pipeline);
    let arrivals = Arrivals::Every { from: minute(0), pause: Delay::Fixed(SimSpan::seconds(3)), until: minute(1) };
    let creation = Creation::CreateAccount(SimSpan::seconds(15));
    let factory = Factory { pipeline: Some(pipeline), creation, ..factory(&company, arrivals) };
    company.automation.add_factory(&mut company.stage.play, factory);
    company.run(minute(65));
    let newcomers = company.newcomers();
    assert_eq!(newcomers.len(), 20);
    let world = company.stage.play.world();
    assert!(newcomers.iter().all(|account| world.account(*account).parent() == company.stage.scene.workloads));
    assert_eq!((company.active(), company.automation.failed_deliveries()), (21, &[][..]));
}

#[test]
fn a_delivery_that_cannot_succeed_is_told() {
    let mut company = Company::new(open(), 0, |_| {});
    let mut pipeline = Pipeline::new("pipeline", template(), Delay::ZERO);
    pipeline.delivery = Delivery::OrganizationRole;
    let pipeline = company.automation.add_pipeline(&mut company.stage.play, pipeline);
    // Case 40: an invited account has no OrganizationAccountAccessRole.
    let creation = Creation::Join(Origin::Invited);
    let factory = Factory { pipeline: Some(pipeline), creation, ..factory(&company, Arrivals::At(vec![minute(5)])) };
    company.automation.add_factory(&mut company.stage.play, factory);
    company.run(hour(1));
    let [failed] = company.automation.failed_deliveries() else { panic!("one failure") };
    assert_eq!((failed.at, failed.account, failed.code), (minute(5), company.newcomers()[0], Code::AccessDenied));
}

#[test]
fn churn_strikes_members_one_at_a_time_and_never_the_management_account() {
    for departure in [Departure::Leave, Departure::Close, Departure::Move(NodeId::ROOT)] {
        let mut company = Company::new(open(), 12, |_| {});
        for member in company.stage.scene.members.clone() {
            company.stage.place(member);
        }
        let churn = Churn {
            name: "churn".to_owned(),
            organization: company.stage.scene.organization,
            arrivals: Arrivals::Every { from: hour(2), pause: Delay::Fixed(SimSpan::minutes(30)), until: hour(5) },
            departure,
        };
        company.automation.add_churn(&mut company.stage.play, churn);
        company.run(hour(6));
        let world = company.stage.play.world();
        let members = &company.stage.scene.members;
        let struck = members.iter().map(|member| world.account(*member)).filter(|account| match departure {
            Departure::Leave => account.organization().is_none(),
            Departure::Close => account.state() == AccountState::Closed,
            Departure::Move(unit) => account.parent() == unit,
        });
        let struck = struck.count();
        match departure {
            // Whoever has moved may be chosen again.
            Departure::Move(_) => assert!((1..=6).contains(&struck), "{struck}"),
            Departure::Leave | Departure::Close => assert_eq!((struck, company.active()), (6, 7)),
        }
    }
}

#[test]
fn stack_sets_bring_the_role_to_members_and_to_those_who_join() {
    let settings = Settings { stack: Delay::Fixed(SimSpan::seconds(30)), ..open() };
    let mut company = Company::new(settings, 3, |_| {});
    let scene = &company.stage.scene;
    let set = ServiceManaged {
        organization: scene.organization,
        name: "vendor-role".to_owned(),
        region: scene.region,
        units: vec![NodeId::ROOT],
        auto_deployment: Some(AutoDeployment { retain_stacks: false }),
        preferences: Preferences {
            max_concurrent: Amount::Count(10),
            mode: ConcurrencyMode::Soft,
            ..Preferences::default()
        },
    };
    deploy_service_managed(company.stage.play.world_mut(), &set, &template()).unwrap();
    let factory = factory(&company, Arrivals::At(vec![minute(90)]));
    company.automation.add_factory(&mut company.stage.play, factory);
    company.run(hour(2));
    assert_eq!((company.active(), company.stage.play.mail_count()), (5, 0));

    // A self-managed set needs its two roles; the management account may be a target.
    let mut company = Company::new(open(), 1, |_| {});
    let owner = company.stage.play.world_mut().add_account(id("444444444444")).unwrap();
    let member = company.stage.scene.members[0];
    let world = company.stage.play.world_mut();
    let full = ManagedPolicy::Aws(world.text("AdministratorAccess"));
    let service = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudformation.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let account = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"444444444444"},"Action":"sts:AssumeRole"}]}"#;
    for (place, name, trust) in [(owner, "Administration", service), (member, "Execution", account)] {
        let trust = world.policy(trust, PolicyType::Trust);
        let mut role = crate::iam::RoleDefinition::new(world.texts_mut(), name, trust);
        role.managed.push(full);
        world.place_role(place, &role).unwrap();
    }
    let set = SelfManaged {
        owner,
        name: "vendor-role".to_owned(),
        region: company.stage.scene.region,
        administration_role: "Administration".to_owned(),
        execution_role: "Execution".to_owned(),
        accounts: vec![member],
        preferences: Preferences::default(),
    };
    deploy_self_managed(company.stage.play.world_mut(), &set, &template()).unwrap();
    company.run(hour(1));
    assert_eq!(company.active(), 2);
}

/// The text of a trust is JSON whatever stands in it.
#[test]
fn texts_are_written_as_json() {
    let mut odd = template();
    odd.external_id = Some("quote \" backslash \\ tab \t end".to_owned());
    let read: serde_json::Value = serde_json::from_str(&odd.trust_text()).unwrap();
    let id = &read["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"];
    assert_eq!(id.as_str(), odd.external_id.as_deref());
    let read: serde_json::Value =
        serde_json::from_str(&Flaw::SecondStatement.applied_to(&odd).unwrap().trust_text()).unwrap();
    assert_eq!(read["Statement"].as_array().map(Vec::len), Some(2));
    assert_eq!(read["Statement"][1]["Principal"]["AWS"], format!("arn:aws:iam::{VENDOR}:root"));
    assert!(DOCUMENT.contains("ListAccounts"));
}
