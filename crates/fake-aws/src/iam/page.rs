//! Pages of IAM's lists: `Marker`, `MaxItems`, `IsTruncated`. A marker names the place of the next item.

use crate::wire::{Params, Refusal, Xml};

/// Items on a page when the call does not say.
const ITEMS_DEFAULT: usize = 100;
/// Items on a page, at most (`maxItemsType`).
const ITEMS_MAX: usize = 1_000;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    next: Option<usize>,
}

impl<T> Page<T> {
    /// The page of `all` that the call asks for.
    pub(super) fn of(all: Vec<T>, params: &Params) -> Result<Self, Refusal> {
        let max = params.number::<usize>("MaxItems")?.unwrap_or(ITEMS_DEFAULT);
        if max == 0 {
            return Err(Refusal::constraint("0", "MaxItems", "have value greater than or equal to 1"));
        }
        if max > ITEMS_MAX {
            return Err(Refusal::constraint(&max.to_string(), "MaxItems", "have value less than or equal to 1000"));
        }
        let from: usize = match params.get("Marker") {
            None => 0,
            Some(text) => text
                .strip_prefix("item-")
                .and_then(|place| place.parse().ok())
                .ok_or_else(|| Refusal::validation(format!("Invalid Marker: {text}")))?,
        };
        let end = all.len().min(from.saturating_add(max));
        let next = (end < all.len()).then_some(end);
        Ok(Self { items: all.into_iter().skip(from).take(max).collect(), next })
    }

    /// `IsTruncated` and `Marker`.
    pub(super) fn write_end(next: Option<usize>, xml: &mut Xml) {
        xml.text("IsTruncated", if next.is_some() { "true" } else { "false" });
        xml.optional("Marker", next.map(|place| format!("item-{place}")).as_deref());
    }

    /// The items, and where the next page begins.
    pub(super) fn into_parts(self) -> (Vec<T>, Option<usize>) {
        (self.items, self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_list_once() {
        let (mut found, mut form) = (Vec::new(), "MaxItems=3".to_owned());
        loop {
            let page = Page::of((0..8).collect(), &Params::parse(&form)).unwrap();
            let (items, next) = page.into_parts();
            found.extend(items);
            let Some(place) = next else { break };
            form = format!("MaxItems=3&Marker=item-{place}");
        }
        assert_eq!(found, (0..8).collect::<Vec<_>>());
        for refused in ["MaxItems=0", "MaxItems=1001", "MaxItems=x", "Marker=abc"] {
            assert!(Page::of(vec![1], &Params::parse(refused)).is_err(), "{refused}");
        }
    }
}
