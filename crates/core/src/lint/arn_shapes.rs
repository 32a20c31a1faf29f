//! Resource patterns held against the shapes of ARNs that the catalogue knows: whether an action takes a resource, and
//! whether the two ways to read a pattern come to different resources.

use super::resolved::Named;
use crate::contract::patterns;
use rolecall_iam_catalog::{Action, ResourceType, Service, service};

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

/// Whether the resource pattern can match a resource of what is named.
pub(super) fn fit(named: Named, resource: &str) -> Fit {
    if resource == "*" {
        return Fit::Yes;
    }
    let fits = match named {
        Named::Everything => true,
        Named::NoAction(_) | Named::NoService => return Fit::Unknown,
        Named::One(action) => return fit_action(action, resource),
        Named::WholeService(service) | Named::Several(service) => {
            service.resource_types().any(|kind| is_of(kind, resource))
        }
    };
    if fits { Fit::Yes } else { Fit::No }
}

fn fit_action(action: Action, resource: &str) -> Fit {
    if action.resource_types().any(|row| is_of(row.resource_type(), resource)) {
        return Fit::Yes;
    }
    // Two pages disagree on `s3:ListAllMyBuckets` with a resource (`reference_policies_elements_notaction`,
    // `reference_policies_examples_s3_home-directory-console`).
    if action.takes_no_resource() && action.name() == "ListAllMyBuckets" && resource.starts_with("arn:aws:s3:::") {
        return Fit::Unknown;
    }
    Fit::No
}

fn is_of(kind: ResourceType, resource: &str) -> bool {
    kind.arn_patterns().any(|shape| overlaps(resource, shape))
}

/// Whether some ARN of the shape is matched by the pattern, read by segments (as text when it has fewer than six).
fn overlaps(pattern: &str, shape: &str) -> bool {
    if pattern.splitn(6, ':').count() < 6 || shape.splitn(6, ':').count() < 6 {
        return patterns::overlap(&patterns::widen_variables(pattern), &patterns::widen_variables(shape));
    }
    // The service tells most of them apart.
    let at = |index: usize| match (pattern.splitn(6, ':').nth(index), shape.splitn(6, ':').nth(index)) {
        (Some(pattern), Some(shape)) => segment_overlaps(pattern, shape),
        _ => false,
    };
    at(2) && at(5) && at(1) && at(3) && at(4)
}

fn segment_overlaps(pattern: &str, shape: &str) -> bool {
    if shape == "${BucketName}" && pattern.contains('/') {
        // Names of buckets have no slash: what has one is an object.
        return false;
    }
    let placeholder = shape.starts_with("${") && shape.find('}') == Some(shape.len() - 1);
    if pattern == "*" || placeholder || pattern == shape {
        return true;
    }
    let plain = |text: &str| text.bytes().take_while(|byte| !matches!(byte, b'*' | b'?' | b'$')).count();
    let common = plain(pattern).min(plain(shape));
    if pattern.as_bytes().get(..common) != shape.as_bytes().get(..common) {
        return false;
    }
    let varies = |text: &str| plain(text) < text.len();
    if !varies(pattern) && !varies(shape) {
        return false;
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
    let mut segments = resource.splitn(6, ':');
    let (_, _, name) = (segments.next()?, segments.next()?, segments.next()?);
    let (region, account, rest) = (segments.next()?, segments.next()?, segments.next()?);
    let open = [name, region, account].iter().any(|segment| segment.ends_with('*'));
    if !open || rest == "*" {
        return None;
    }
    let found = service(name)?;
    let same = |shape: &str| shape.split(':').nth(2).is_some_and(|segment| segment == name);
    let mut shapes = found.resource_types().flat_map(ResourceType::arn_patterns).filter(|shape| same(shape)).peekable();
    shapes.peek()?;
    if is_of_any(found, resource) {
        let objects = found.prefix() == "s3" && !rest.starts_with('*');
        return objects.then_some(Difference::OtherObjects);
    }
    shapes.any(|shape| flat_overlaps(resource, shape)).then_some(Difference::OnlyAsText)
}

fn is_of_any(service: Service, resource: &str) -> bool {
    service.resource_types().any(|kind| is_of(kind, resource))
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
