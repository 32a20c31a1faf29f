//! The same seed gives the same trace; what one entity draws disturbs no other; lazy ticks have the same facts with all
//! automations at work.

use super::scene::{Company, template};
use crate::account::Origin;
use crate::customer::{Arrivals, Automation, Churn, Creation, Departure, Factory, Flaw, Pipeline};
use crate::organizations::NodeId;
use crate::play::Schedule;
use crate::play::tests::scene::{Stage, hour, minute, open};
use crate::random::{EntityId, Seed};
use crate::settings::Settings;
use crate::time::{Delay, SimSpan};
use crate::trace::{Event, Record, TraceHash};
use crate::world::World;
use proptest::prelude::*;

/// What is at work beside the factory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    AnotherFactory,
    /// A factory that calls CreateAccount, and churn of all kinds.
    Everything,
}

/// Three days in a company that makes, loses and moves accounts.
fn company(seed: u64, schedule: Schedule, beside: Beside) -> Company {
    let settings = Settings { rates: false, trace: open().trace, ..Settings::realistic() };
    let stage = Stage::seeded(Seed(seed), settings, 5, |setup| {
        setup.schedule = schedule;
        setup.lifecycle.recheck_every_ticks = 6.try_into().unwrap();
    });
    let mut company = Company { stage, automation: Automation::new() };
    let play = &mut company.stage.play;
    let mut pipeline = Pipeline::new("pipeline", template(), Delay::Uniform(SimSpan::ZERO, SimSpan::minutes(90)));
    pipeline.flaws = vec![(100_000, Flaw::Never), (50_000, Flaw::NoCondition)];
    let pipeline = company.automation.add_pipeline(play, pipeline);
    let every = |minutes: u64| Arrivals::Every {
        from: minute(0),
        pause: Delay::Uniform(SimSpan::ZERO, SimSpan::minutes(minutes)),
        until: hour(60),
    };
    let scene = &company.stage.scene;
    let factory = Factory {
        name: "factory".to_owned(),
        organization: scene.organization,
        unit: scene.workloads,
        arrivals: every(300),
        creation: Creation::Join(Origin::Created),
        pipeline: Some(pipeline),
    };
    if beside == Beside::AnotherFactory {
        let other = Factory { name: "other".to_owned(), arrivals: every(200), ..factory.clone() };
        company.automation.add_factory(play, other);
    }
    if beside == Beside::Everything {
        let kinds = [("leave", Departure::Leave), ("close", Departure::Close), ("move", Departure::Move(NodeId::ROOT))];
        for (name, departure) in kinds {
            let (name, organization) = (name.to_owned(), scene.organization);
            let churn = Churn { name, organization, arrivals: every(900), departure };
            company.automation.add_churn(play, churn);
        }
        let creation = Creation::CreateAccount(SimSpan::seconds(20));
        let created = Factory { name: "created".to_owned(), creation, ..factory.clone() };
        company.automation.add_factory(play, created);
    }
    company.automation.add_factory(play, factory);
    company.run(hour(72));
    company
}

fn hashes(world: &World) -> (TraceHash, TraceHash) {
    (world.trace().hash(), world.trace().facts())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_same_seed_gives_the_same_trace(seed in any::<u64>()) {
        let run = |seed, schedule| hashes(company(seed, schedule, Beside::Everything).stage.play.world());
        let naive = run(seed, Schedule::Naive);
        prop_assert_eq!(naive, run(seed, Schedule::Naive));
        prop_assert_ne!(naive.1, run(seed.wrapping_add(1), Schedule::Naive).1);
        let lazy = run(seed, Schedule::Lazy);
        prop_assert_eq!(naive.1, lazy.1);
        prop_assert_ne!(naive.0, lazy.0);
    }

    /// Another factory at work changes nothing about the accounts of the first.
    #[test]
    fn factories_do_not_disturb_each_other(seed in any::<u64>()) {
        let joined = |company: &Company| -> Vec<(EntityId, Vec<Record>)> {
            let records = company.stage.play.world().trace().records();
            let joins = records.iter().filter(|record| matches!(record.event, Event::AccountCreated));
            joins
                .map(|join| {
                    let own = records.iter().filter(|record| record.subject == join.subject);
                    // Rounds and checks are counted over everybody.
                    let own = own.filter(|record| !matches!(record.event, Event::Vendor(_)));
                    (join.subject, own.copied().collect())
                })
                .collect()
        };
        let alone = joined(&company(seed, Schedule::Naive, Beside::Nothing));
        let with = joined(&company(seed, Schedule::Naive, Beside::AnotherFactory));
        prop_assert!(alone.len() > 15 && with.len() > alone.len() + 10);
        for account in alone {
            prop_assert!(with.contains(&account), "{:?}", account);
        }
    }
}

/// The hash of the facts of one company, kept: another machine or another compiler must give the same.
#[test]
fn the_facts_are_the_same_on_every_machine() {
    let facts = hashes(company(42, Schedule::Naive, Beside::Everything).stage.play.world()).1;
    assert_eq!(facts.to_string(), FACTS);
}

const FACTS: &str = "1a6247c7db82bb4ff4d4f77a9853cc86";
