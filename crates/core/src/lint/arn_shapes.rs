//! Resource patterns held against the shapes of ARNs that the catalogue knows: whether an action takes a resource, and
//! whether the two ways to read a pattern come to different resources.

use super::resolved::Named;
use crate::contract::patterns;
use rolecall_iam_catalog::{Action, ActionResource, ResourceType, Service, service};

/// Whether a resource can be one that an action takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It can.
    Yes,
    /// AWS documents no such resource for it.
    No,
    /// The action is not in the catalogue, or AWS's pages disagree.
    Unknown,
}

/// A resource pattern, split once to be held against many shapes.
#[derive(Clone, Copy, Debug)]
struct Pattern<'p> {
    text: &'p str,
    /// `None` when it has fewer than six segments.
    segments: Option<[&'p str; 6]>,
}

impl<'p> Pattern<'p> {
    fn new(text: &'p str) -> Self {
        Self { text, segments: split(text) }
    }

    /// What names the kind of the resource: its text up to the first `/` or `:`.
    fn head(&self) -> &'p str {
        let resource = self.segments.map_or("", |[.., resource]| resource);
        resource.split(['/', ':']).next().unwrap_or_default()
    }
}

fn split(text: &str) -> Option<[&str; 6]> {
    let mut segments = text.splitn(6, ':');
    let mut next = || segments.next();
    Some([next()?, next()?, next()?, next()?, next()?, next()?])
}

/// Whether the resource pattern can match a resource of what is named.
pub(super) fn fit(named: Named, resource: &str) -> Fit {
    if resource == "*" {
        return Fit::Yes;
    }
    let fits = match named {
        Named::Everything => true,
        Named::NoAction(_) | Named::NoService => return Fit::Unknown,
        Named::One(action) => return fit_action(action, resource),
        Named::WholeService(service) | Named::Several(service) => is_of_service(service, &Pattern::new(resource)),
    };
    if fits { Fit::Yes } else { Fit::No }
}

fn fit_action(action: Action, resource: &str) -> Fit {
    let pattern = Pattern::new(resource);
    if is_of_any(|| action.resource_types().map(ActionResource::resource_type), &pattern) {
        return Fit::Yes;
    }
    // Two pages disagree on `s3:ListAllMyBuckets` with a resource (`reference_policies_elements_notaction`,
    // `reference_policies_examples_s3_home-directory-console`).
    if action.takes_no_resource() && action.name() == "ListAllMyBuckets" && resource.starts_with("arn:aws:s3:::") {
        return Fit::Unknown;
    }
    Fit::No
}

fn is_of_service(service: Service, pattern: &Pattern<'_>) -> bool {
    is_of_any(|| service.resource_types(), pattern)
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
    let (Some(pattern), Some(shape)) = (&pattern.segments, split(shape)) else {
        return patterns::overlap(&patterns::widen_variables(pattern.text), &patterns::widen_variables(shape));
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
    if is_of_service(found, &pattern) {
        let objects = found.prefix() == "s3" && !rest.starts_with('*');
        return objects.then_some(Difference::OtherObjects);
    }
    let same = |shape: &&str| shape.split(':').nth(2).is_some_and(|segment| segment == name);
    let mut shapes = found.resource_types().flat_map(ResourceType::arn_patterns).filter(same);
    shapes.any(|shape| flat_overlaps(resource, shape)).then_some(Difference::OnlyAsText)
}

/// A piece of a shape: a character, or a placeholder, which stands for text without colons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Character(char),
    Placeholder,
}

fn pieces(shape: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = shape;
    while let Some((before, behind)) = rest.split_once("${") {
        pieces.extend(before.chars().map(Piece::Character));
        pieces.push(Piece::Placeholder);
        rest = behind.split_once('}').map_or("", |(_, after)| after);
    }
    pieces.extend(rest.chars().map(Piece::Character));
    pieces
}

/// Whether some ARN of the shape is matched by the pattern read as text, where `*` crosses colons.
fn flat_overlaps(pattern: &str, shape: &str) -> bool {
    let pieces = pieces(shape);
    let mut reached = vec![false; pieces.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    spread(&mut reached, &pieces);
    for character in patterns::widen_variables(pattern).chars() {
        reached = step(character, &reached, &pieces);
    }
    reached.last().copied().unwrap_or(false)
}

fn step(character: char, reached: &[bool], pieces: &[Piece]) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    let mut open = false;
    for (at, was) in reached.iter().enumerate() {
        open = open || *was;
        if character == '*' {
            set(&mut next, at, open);
            continue;
        }
        match pieces.get(at).filter(|_| *was) {
            Some(Piece::Placeholder) if character != ':' => set(&mut next, at, true),
            Some(Piece::Character(wanted)) if character == '?' || character == *wanted => set(&mut next, at + 1, true),
            _ => {}
        }
    }
    spread(&mut next, pieces);
    next
}

/// A placeholder may be left behind.
fn spread(reached: &mut [bool], pieces: &[Piece]) {
    for (at, piece) in pieces.iter().enumerate() {
        if *piece == Piece::Placeholder && reached.get(at).copied().unwrap_or(false) {
            set(reached, at + 1, true);
        }
    }
}

fn set(cells: &mut [bool], at: usize, value: bool) {
    if let Some(cell) = cells.get_mut(at) {
        *cell = *cell || value;
    }
}
