//! The action dimension: services apart, names by pattern within a service. Open world: every name that an action could
//! have; catalogue: the actions that AWS documents, split by whether they take a resource.

use super::FEW;
use crate::bits::Bits;
use crate::text::atoms::{Atoms, Domain, OverBudget};
use crate::text::pattern::{Bindings, Pattern};
use hashbrown::HashTable;
use rolecall_iam::template::Syntax;
use rolecall_iam_catalog::{Action, Service};
use std::hash::{DefaultHasher, Hasher as _};

/// Which actions there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionWorld {
    /// Every name that an action could have, also one that AWS adds tomorrow.
    #[default]
    Open,
    /// The actions of the embedded catalogue.
    Catalogue,
}

/// The one action that needs no permission and cannot be denied.
pub(crate) const FREE_ACTION: &str = "sts:getcalleridentity";

/// Patterns of actions, in lower case.
#[derive(Debug, Default)]
pub(crate) struct ActionTable {
    /// The numbers of the patterns, by their text. Empty as long as there are few.
    numbers: HashTable<usize>,
    patterns: Vec<Entry>,
    groups: Vec<Group>,
    atoms: Vec<ActionAtom>,
    /// The one action that a question is about.
    only: Option<Action>,
}

/// A pattern of an action.
#[derive(Debug)]
struct Entry {
    /// In lower case.
    text: String,
    /// The pattern of the name behind the service; `None` for `*`.
    name: Option<Pattern>,
}

impl Entry {
    /// `None` for `*`.
    fn service(&self) -> Option<&str> {
        self.text.split_once(':').map(|(service, _)| service)
    }
}

/// The names of one service.
#[derive(Debug)]
struct Group {
    service: String,
    /// The patterns of this service, by number in the table.
    patterns: Vec<usize>,
    atoms: Atoms,
}

/// Actions that no pattern tells apart.
#[derive(Clone, Debug)]
pub(crate) struct ActionAtom {
    /// The group and its atom; `None`: a service that no pattern names.
    place: Option<(usize, usize)>,
    /// In the catalogue: whether they take a resource.
    pub(crate) takes_resource: Option<bool>,
    /// In the catalogue: one of them.
    documented: Option<Action>,
}

/// Services that a witness may use when no policy names one, the best known first.
const USUAL_SERVICES: [&str; 8] = ["s3", "ec2", "dynamodb", "lambda", "sqs", "kms", "iam", "sns"];

fn text_at(patterns: &[Entry], number: usize) -> &str {
    patterns.get(number).map_or("", |entry| &entry.text)
}

/// The same on every machine; nothing is read in its order.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl ActionTable {
    /// The number of a pattern in lower case.
    pub(crate) fn number(&mut self, pattern: &str) -> usize {
        let few = self.patterns.len() < FEW;
        let known = if few {
            self.patterns.iter().position(|entry| entry.text == pattern)
        } else {
            if self.numbers.is_empty() {
                (0..self.patterns.len()).for_each(|number| self.index(number));
            }
            self.numbers.find(hash(pattern), |number| text_at(&self.patterns, *number) == pattern).copied()
        };
        if let Some(number) = known {
            return number;
        }
        let syntax = Syntax { wildcards: true, variables: false };
        let read = |name: &str| Pattern::read(name, syntax, &Bindings::new()).unwrap_or(Pattern::Nothing);
        let name = pattern.split_once(':').map(|(_, name)| read(name));
        let number = self.patterns.len();
        self.patterns.push(Entry { text: pattern.to_owned(), name });
        if !few {
            self.index(number);
        }
        number
    }

    fn index(&mut self, number: usize) {
        let text = text_at(&self.patterns, number);
        self.numbers.insert_unique(hash(text), number, |number| hash(text_at(&self.patterns, *number)));
    }

    /// Whether a pattern names this service.
    pub(crate) fn names_service(&self, service: &str) -> bool {
        self.patterns.iter().any(|entry| entry.service() == Some(service))
    }

    /// Partitions the actions; gives for each pattern the atoms that it matches, and the steps taken.
    pub(crate) fn solve(&mut self, world: ActionWorld, budget: u64) -> Result<(Vec<Bits>, u64), OverBudget> {
        let services = self.patterns.iter().enumerate();
        let mut services: Vec<(&str, usize, &Pattern)> =
            services.filter_map(|(number, entry)| Some((entry.service()?, number, entry.name.as_ref()?))).collect();
        // Stable, and policies mostly stand in order already: then it is one pass.
        services.sort_by_key(|(service, ..)| *service);
        let mut steps = 1;
        for same in services.chunk_by(|left, right| left.0 == right.0) {
            let Some((service, ..)) = same.first() else { continue };
            let names: Vec<&Pattern> = same.iter().map(|(_, _, name)| *name).collect();
            let atoms = Atoms::of(&names, Domain::ACTION_NAME, budget)?;
            steps += atoms.steps;
            let patterns = same.iter().map(|(_, number, _)| *number).collect();
            self.groups.push(Group { service: (*service).to_owned(), patterns, atoms });
        }
        self.atoms = match world {
            ActionWorld::Open => self.open_atoms(),
            ActionWorld::Catalogue => self.catalogue_atoms(),
        };
        Ok((self.sets(), steps))
    }

    /// One action and nothing else: no partition is needed.
    pub(crate) fn solve_only(&mut self, action: Action) -> Vec<Bits> {
        self.only = Some(action);
        let takes_resource = Some(!action.takes_no_resource());
        self.atoms = vec![ActionAtom { place: None, takes_resource, documented: Some(action) }];
        let name = action.name().to_ascii_lowercase();
        let matches = |entry: &Entry| {
            entry.service().is_none_or(|service| service == action.service().prefix())
                && entry.name.as_ref().is_none_or(|pattern| pattern.matches(&name))
        };
        let set = |entry: &Entry| if matches(entry) { Bits::all(1) } else { Bits::none(1) };
        self.patterns.iter().map(set).collect()
    }

    /// Outside the catalogue the unnamed service comes last, so that named ones are preferred.
    fn open_atoms(&self) -> Vec<ActionAtom> {
        let mut atoms = Vec::new();
        for (group, Group { atoms: names, .. }) in self.groups.iter().enumerate() {
            let open = |at| ActionAtom { place: Some((group, at)), takes_resource: None, documented: None };
            atoms.extend((0..names.len()).map(open));
        }
        atoms.push(ActionAtom { place: None, takes_resource: None, documented: None });
        atoms
    }

    fn catalogue_atoms(&self) -> Vec<ActionAtom> {
        let documented = |place, action: Action| {
            let takes_resource = Some(!action.takes_no_resource());
            ActionAtom { place, takes_resource, documented: Some(action) }
        };
        let mut atoms: Vec<ActionAtom> = Vec::new();
        let mut name = String::new();
        for (group_number, group) in self.groups.iter().enumerate() {
            // For each atom the first action without and with a resource.
            let mut found: Vec<[Option<Action>; 2]> = vec![[None; 2]; group.atoms.len()];
            for action in rolecall_iam_catalog::service(&group.service).into_iter().flat_map(Service::actions) {
                name.clear();
                name.push_str(action.name());
                name.make_ascii_lowercase();
                let place = self.name_atom(group, &name).and_then(|atom| found.get_mut(atom));
                if let Some([without, with]) = place {
                    let first = if action.takes_no_resource() { without } else { with };
                    first.get_or_insert(action);
                }
            }
            for (inner, actions) in found.into_iter().enumerate() {
                let place = Some((group_number, inner));
                atoms.extend(actions.into_iter().flatten().map(|action| documented(place, action)));
            }
        }
        for takes_resource in [true, false] {
            let mut others = self.other_services().flat_map(Service::actions);
            let other = others.find(|action| action.takes_no_resource() != takes_resource);
            atoms.extend(other.map(|action| documented(None, action)));
        }
        atoms
    }

    fn sets(&self) -> Vec<Bits> {
        let mut sets = vec![Bits::none(self.atoms.len()); self.patterns.len()];
        // Atoms of one group stand together and in order.
        for (at, atom) in self.atoms.iter().enumerate() {
            let Some((group, inner)) = atom.place else { continue };
            let Some(group) = self.groups.get(group) else { continue };
            for (number, set) in group.patterns.iter().zip(&group.atoms.sets) {
                if set.contains(inner)
                    && let Some(own) = sets.get_mut(*number)
                {
                    own.insert(at);
                }
            }
        }
        for (entry, set) in self.patterns.iter().zip(&mut sets) {
            if entry.name.is_none() {
                *set = Bits::all(self.atoms.len());
            }
        }
        sets
    }

    pub(crate) fn len(&self) -> usize {
        self.atoms.len()
    }

    pub(crate) fn atom(&self, at: usize) -> Option<&ActionAtom> {
        self.atoms.get(at)
    }

    /// The name of an action of an atom; in the catalogue a documented one.
    pub(crate) fn example(&self, at: usize) -> String {
        let Some(atom) = self.atoms.get(at) else { return String::new() };
        if let Some(action) = atom.documented {
            return action.to_string();
        }
        let Some((group, inner)) = atom.place else {
            return format!("{}:xyz", self.other_services().next().map_or("example", Service::prefix));
        };
        let Some(group) = self.groups.get(group) else { return String::new() };
        format!("{}:{}", group.service, group.atoms.examples.get(inner).map_or("", String::as_str))
    }

    /// Services that no pattern names, the usual ones first.
    fn other_services(&self) -> impl Iterator<Item = Service> + '_ {
        let named = |service: &Service| self.groups.iter().any(|group| group.service == service.prefix());
        let usual = USUAL_SERVICES.into_iter().filter_map(rolecall_iam_catalog::service);
        usual
            .chain(rolecall_iam_catalog::services())
            .filter(move |service| service.prefix() != "sts" && !named(service))
    }

    fn name_atom(&self, group: &Group, name: &str) -> Option<usize> {
        let mut left = Bits::all(group.atoms.len());
        for (number, set) in group.patterns.iter().zip(&group.atoms.sets) {
            let pattern = self.patterns.get(*number)?.name.as_ref();
            if pattern.is_some_and(|pattern| pattern.matches(name)) {
                left.meet(set);
            } else {
                left.minus(set);
            }
        }
        left.first()
    }

    /// The documented actions of an atom.
    pub(crate) fn actions_of(&self, at: usize) -> Box<dyn Iterator<Item = Action> + '_> {
        let Some(atom) = self.atoms.get(at) else { return Box::new(std::iter::empty()) };
        if let Some(only) = self.only {
            return Box::new(std::iter::once(only));
        }
        let fits = |action: &Action| atom.takes_resource.is_none_or(|takes| takes != action.takes_no_resource());
        let Some((number, inner)) = atom.place else {
            return Box::new(self.other_services().flat_map(Service::actions).filter(fits));
        };
        let group = self.groups.get(number);
        let service = group.and_then(|group| rolecall_iam_catalog::service(&group.service));
        let (Some(group), Some(service)) = (group, service) else { return Box::new(std::iter::empty()) };
        // An atom of one name is that name: look it up instead of looking for it.
        let example = self.example(at);
        let name = example.split_once(':').map_or("", |(_, name)| name);
        let is_name = |number: &usize| matches!(self.patterns.get(*number), Some(Entry { name: Some(Pattern::Exact(text)), .. }) if text == name);
        if group.patterns.iter().any(is_name) {
            return Box::new(service.action(name).filter(fits).into_iter());
        }
        let in_atom = move |action: &Action| self.name_atom(group, &action.name().to_ascii_lowercase()) == Some(inner);
        Box::new(service.actions().filter(move |action| fits(action) && in_atom(action)))
    }
}
