//! Resource patterns held against the shapes of ARNs that the catalogue knows: whether an action takes a resource, and
//! whether the two ways to read a pattern come to different resources.

use super::resolved::Named;
use super::resource_arns::six;
use super::steps::step;
use crate::contract::patterns;
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{ActionResource, ResourceType, Service, service};
use std::collections::{BTreeMap, BTreeSet};

/// A resource pattern, split once to be held against many shapes.
#[derive(Clone, Copy, Debug)]
struct Pattern<'p> {
    text: &'p str,
    /// `None` when it has fewer than six segments.
    segments: Option<[&'p str; 6]>,
}

impl<'p> Pattern<'p> {
    fn new(text: &'p str) -> Self {
        Self { text, segments: six(text) }
    }

    /// What names the kind of the resource: its text up to the first `/` or `:`.
    fn head(&self) -> &'p str {
        let resource = self.segments.map_or("", |[.., resource]| resource);
        let end = resource.bytes().position(|byte| matches!(byte, b'/' | b':')).unwrap_or(resource.len());
        resource.get(..end).unwrap_or(resource)
    }
}

/// What a statement's actions and resources have to do with each other.
#[derive(Debug)]
pub(super) struct Fits<'s> {
    named: &'s [Named],
    patterns: Vec<Pattern<'s>>,
    everything: bool,
}

impl<'s> Fits<'s> {
    /// The actions and the resources (of `Resource`) of a statement.
    pub(super) fn of(named: &'s [Named], resources: &'s [Spanned<String>]) -> Self {
        let everything = resources.iter().any(|value| value.value == "*");
        Self { named, patterns: resources.iter().map(|value| Pattern::new(&value.value)).collect(), everything }
    }

    /// The numbers of the resources that surely no action takes. An action that is not in the catalogue may take any.
    pub(super) fn resources_without_action(&self) -> Vec<usize> {
        let open = |named: &Named| matches!(named, Named::Everything | Named::NoAction(_) | Named::NoService);
        if self.named.is_empty() || self.named.iter().any(open) {
            return Vec::new();
        }
        let kinds = self.kinds();
        let fits = |pattern: &Pattern<'_>| {
            pattern.text == "*"
                || is_of_any(|| kinds.iter().copied(), pattern)
                || self.named.iter().any(|named| is_disputed(*named, pattern))
        };
        let unfit = self.patterns.iter().enumerate().filter(|(_, pattern)| !fits(pattern));
        unfit.map(|(number, _)| number).collect()
    }

    /// The numbers of the actions that surely take none of the resources.
    pub(super) fn actions_without_resource(&self) -> Vec<usize> {
        if self.everything || self.patterns.is_empty() {
            return Vec::new();
        }
        let mut seen: BTreeMap<ResourceType, bool> = BTreeMap::new();
        let mut taken = |kind: ResourceType| {
            *seen.entry(kind).or_insert_with(|| self.patterns.iter().any(|pattern| is_of(kind, pattern)))
        };
        let mut services: BTreeMap<Service, bool> = BTreeMap::new();
        let mut takes = |named: Named| match named {
            Named::Everything | Named::NoAction(_) | Named::NoService => true,
            Named::One(action) => {
                action.resource_types().any(|row| taken(row.resource_type()))
                    || self.patterns.iter().any(|pattern| is_disputed(named, pattern))
            }
            Named::WholeService(service) | Named::Several(service) => *services
                .entry(service)
                .or_insert_with(|| self.patterns.iter().any(|pattern| is_of_any(|| service.resource_types(), pattern))),
        };
        let unfit = self.named.iter().enumerate().filter(|(_, named)| !takes(**named));
        unfit.map(|(number, _)| number).collect()
    }

    /// The resource types that the actions take, each once.
    fn kinds(&self) -> Vec<ResourceType> {
        let mut kinds = Vec::new();
        let mut services = BTreeSet::new();
        for named in self.named {
            match *named {
                Named::One(action) => kinds.extend(action.resource_types().map(ActionResource::resource_type)),
                Named::WholeService(service) | Named::Several(service) if services.insert(service) => {
                    kinds.extend(service.resource_types());
                }
                _ => {}
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// Two pages disagree on `s3:ListAllMyBuckets` with a resource (`reference_policies_elements_notaction`,
/// `reference_policies_examples_s3_home-directory-console`).
fn is_disputed(named: Named, pattern: &Pattern<'_>) -> bool {
    let Named::One(action) = named else { return false };
    action.takes_no_resource() && pattern.text.starts_with("arn:aws:s3:::") && action.name() == "ListAllMyBuckets"
}

/// Whether the pattern can match a resource of one of these types. The type is most often the one that the pattern
/// begins with: it is tried first.
fn is_of_any<I: Iterator<Item = ResourceType>>(kinds: impl Fn() -> I, pattern: &Pattern<'_>) -> bool {
    let head = pattern.head();
    kinds().find(|kind| kind.key() == head).is_some_and(|kind| is_of(kind, pattern))
        || kinds().any(|kind| is_of(kind, pattern))
}

fn is_of(kind: ResourceType, pattern: &Pattern<'_>) -> bool {
    kind.arn_patterns().any(|shape| overlaps(pattern, shape))
}

/// Whether some ARN of the shape is matched by the pattern, read by segments (as text when it has fewer than six).
fn overlaps(pattern: &Pattern<'_>, shape: &str) -> bool {
    step();
    let (Some(pattern), Some(shape)) = (&pattern.segments, six(shape)) else {
        return flat_overlaps(pattern.text, shape, true, true);
    };
    let (
        [_, partition, service, region, account, resource],
        [_, of_partition, of_service, of_region, of_account, kind],
    ) = (pattern, &shape);
    // The service and the kind tell most of them apart.
    let pairs = [
        (service, of_service),
        (resource, kind),
        (region, of_region),
        (account, of_account),
        (partition, of_partition),
    ];
    pairs.into_iter().all(|(pattern, shape)| segment_overlaps(pattern, shape))
}

fn segment_overlaps(pattern: &str, shape: &str) -> bool {
    if shape == "${BucketName}" && pattern.contains('/') {
        // Names of buckets have no slash: what has one is an object.
        return false;
    }
    let placeholder = |text: &str| text.starts_with("${") && text.find('}') == Some(text.len() - 1);
    if pattern == "*" || pattern == shape || placeholder(shape) {
        return true;
    }
    let plain = |text: &str| text.bytes().take_while(|byte| !matches!(byte, b'*' | b'?' | b'$')).count();
    let (fixed, of_shape) = (plain(pattern), plain(shape));
    let common = fixed.min(of_shape);
    if pattern.as_bytes().get(..common) != shape.as_bytes().get(..common) {
        return false;
    }
    let varies = |text: &str, plain: usize| plain < text.len();
    if !varies(pattern, fixed) && !varies(shape, of_shape) {
        return false;
    }
    // `instance/*` and `instance/${InstanceId}`: what is left of either takes anything.
    let (rest, of_rest) = (pattern.get(fixed..).unwrap_or_default(), shape.get(of_shape..).unwrap_or_default());
    if (rest == "*" && fixed <= of_shape) || (placeholder(of_rest) && of_shape <= fixed) {
        return true;
    }
    patterns::overlap(&patterns::widen_variables(pattern), &patterns::widen_variables(shape))
}

/// Whether the pattern may be one that matches every resource of a type: no Region, account or name stands in it.
pub(super) fn may_be_all_of_a_type(pattern: &str) -> bool {
    let open = |segment: &str| segment.bytes().all(|byte| byte == b'*');
    match six(pattern) {
        Some([_, _, _, region, account, resource]) => open(region) && open(account) && resource.ends_with('*'),
        None => pattern.ends_with('*'),
    }
}

/// Whether the pattern surely matches every resource of the type, in every Region and account that its ARN names.
pub(super) fn is_all_of(kind: ResourceType, pattern: &str) -> bool {
    let pattern = Pattern::new(pattern);
    kind.arn_patterns().all(|shape| {
        step();
        let (Some(pattern), Some(shape)) = (&pattern.segments, six(shape)) else {
            return patterns::covers(pattern.text, &patterns::widen_variables(shape));
        };
        // One partition is all that an account is in.
        let ([_, _, service, region, account, resource], [_, _, of_service, of_region, of_account, kind]) =
            (pattern, &shape);
        let segments = [(service, of_service), (region, of_region), (account, of_account), (resource, kind)];
        segments.into_iter().all(|(pattern, shape)| patterns::covers(pattern, &patterns::widen_variables(shape)))
    })
}

/// Two readings of one pattern that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// By segments it matches no ARN of the service; as text it does.
    OnlyAsText,
    /// As text it also matches objects of other buckets, whose names may hold colons.
    OtherObjects,
}

/// Whether readers of the pattern can come to different resources, and how. Only patterns are looked at in which a `*`
/// ends one of the segments 3 to 5.
pub(super) fn reads_differently(resource: &str) -> Option<Difference> {
    let pattern = Pattern::new(resource);
    let [_, _, name, region, account, rest] = pattern.segments?;
    if rest == "*" || ![name, region, account].iter().any(|segment| segment.ends_with('*')) {
        return None;
    }
    let found = service(name)?;
    if is_of_any(|| found.resource_types(), &pattern) {
        let objects = found.prefix() == "s3" && !rest.starts_with('*');
        return objects.then_some(Difference::OtherObjects);
    }
    let same = |shape: &&str| shape.split(':').nth(2).is_some_and(|segment| segment == name);
    let mut shapes = found.resource_types().flat_map(ResourceType::arn_patterns).filter(same);
    shapes.any(|shape| flat_overlaps(resource, shape, false, false)).then_some(Difference::OnlyAsText)
}

/// A shape as a machine with one state for each character and placeholder. States are bits.
#[derive(Clone, Debug)]
struct Machine {
    /// For each ASCII character the states that take it.
    taking: [u128; 128],
    characters: u128,
    placeholders: u128,
    count: u32,
    /// Whether a placeholder may stand for text with colons.
    crossing: bool,
}

impl Machine {
    /// `None` for a shape of more characters than there are bits; the catalogue has none.
    fn new(shape: &str, crossing: bool) -> Option<Self> {
        let mut machine = Self { taking: [0; 128], characters: 0, placeholders: 0, count: 0, crossing };
        for piece in pieces(shape) {
            let bit = 1 << machine.count;
            match piece {
                None => machine.placeholders |= bit,
                Some(character) => {
                    machine.characters |= bit;
                    if let Some(cell) = machine.taking.get_mut(character as usize) {
                        *cell |= bit;
                    }
                }
            }
            machine.count += 1;
            if machine.count >= u128::BITS {
                return None;
            }
        }
        Some(machine)
    }

    /// A placeholder may be left behind.
    fn spread(&self, mut reached: u128) -> u128 {
        loop {
            let more = reached | (reached & self.placeholders) << 1;
            if more == reached {
                return reached;
            }
            reached = more;
        }
    }

    fn step(&self, character: char, reached: u128) -> u128 {
        if character == '*' {
            // Any run of pieces: every state from the first that is reached.
            return if reached == 0 { 0 } else { u128::MAX << reached.trailing_zeros() };
        }
        let taking = match character {
            '?' => self.characters,
            _ => self.taking.get(character as usize).copied().unwrap_or_default(),
        };
        let kept = if character == ':' && !self.crossing { 0 } else { reached & self.placeholders };
        self.spread(kept | (reached & taking) << 1)
    }

    /// Whether some text of the shape is matched by the pattern, which has no variables.
    fn meets(&self, pattern: &str) -> bool {
        let mut reached = self.spread(1);
        for character in pattern.chars() {
            reached = self.step(character, reached);
            if reached == 0 {
                return false;
            }
        }
        reached >> self.count & 1 == 1
    }
}

/// The characters of a shape; `None` for a placeholder.
fn pieces(shape: &str) -> impl Iterator<Item = Option<char>> {
    let mut rest = shape;
    std::iter::from_fn(move || {
        if let Some(behind) = rest.strip_prefix("${") {
            rest = behind.split_once('}').map_or("", |(_, after)| after);
            return Some(None);
        }
        let mut characters = rest.chars();
        let first = characters.next()?;
        rest = characters.as_str();
        Some(Some(first))
    })
}

/// Whether some ARN of the shape is matched by the pattern read as text, where `*` crosses colons. A shape that is too
/// long to tell gives `too_long`.
fn flat_overlaps(pattern: &str, shape: &str, crossing: bool, too_long: bool) -> bool {
    let widened;
    let pattern = if pattern.contains('$') {
        widened = patterns::widen_variables(pattern);
        widened.as_str()
    } else {
        pattern
    };
    Machine::new(shape, crossing).map_or(too_long, |machine| machine.meets(pattern))
}

#[cfg(test)]
mod tests {
    use super::Machine;
    use rolecall_iam_catalog::{ResourceType, Service, services};

    #[test]
    fn every_shape_fits_the_machine() {
        let shapes = services().flat_map(Service::resource_types).flat_map(ResourceType::arn_patterns);
        let (mut count, mut too_long) = (0, Vec::new());
        for shape in shapes {
            count += 1;
            if Machine::new(shape, false).is_none_or(|machine| !machine.meets("*")) {
                too_long.push(shape);
            }
        }
        assert!(count > 1000 && too_long.is_empty(), "{too_long:?}");
    }

    #[test]
    fn machines_and_patterns() {
        let shape = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
        let meets = |pattern: &str, crossing| Machine::new(shape, crossing).unwrap().meets(pattern);
        for (pattern, plainly, crossing) in [
            ("arn:aws:s3:::b/o", true, true),
            ("arn:aws:s3:::b", false, false),
            ("arn:*:s3:::b/o", true, true),
            ("arn:aws:s3*/o", true, true),
            ("arn:aws:s3:::b/a:b", false, true),
            ("arn:aws:s3:::?/?", true, true),
            ("arn:aws:s3:::", false, false),
            ("*", true, true),
            ("", false, false),
            ("arn:aws:sqs:*", false, true),
        ] {
            assert_eq!((meets(pattern, false), meets(pattern, true)), (plainly, crossing), "{pattern}");
        }
    }
}
