//! Pages of lists: how many items, and from which place on. IAM and CloudFormation name the parameters differently.

use super::{Params, Refusal, Xml, percent_encoded};

/// How a service names its pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    size: &'static str,
    token: &'static str,
    prefix: &'static str,
    default: usize,
    max: usize,
}

impl Paging {
    /// `MaxItems` and `Marker` (`maxItemsType`).
    pub(crate) const IAM: Self = Self { size: "MaxItems", token: "Marker", prefix: "item-", default: 100, max: 1_000 };
    /// `MaxResults` and `NextToken`.
    pub(crate) const CLOUDFORMATION: Self =
        Self { size: "MaxResults", token: "NextToken", prefix: "next-", default: 100, max: 100 };

    /// The page of `all` that a call asks for, and the token of the next one.
    pub(crate) fn page<T>(self, all: Vec<T>, params: &Params) -> Result<(Vec<T>, Option<String>), Refusal> {
        let size = params.number::<usize>(self.size)?.unwrap_or(self.default);
        let refused = |constraint: String| Refusal::constraint(&size.to_string(), self.size, &constraint);
        if size == 0 {
            return Err(refused("have value greater than or equal to 1".to_owned()));
        }
        if size > self.max {
            return Err(refused(format!("have value less than or equal to {}", self.max)));
        }
        let place = |text: &str| text.strip_prefix(self.prefix)?.parse::<usize>().ok();
        let from = match params.get(self.token) {
            None => 0,
            Some(text) => place(text)
                .ok_or_else(|| Refusal::validation(format!("Invalid {}: {}", self.token, percent_encoded(text))))?,
        };
        let end = all.len().min(from.saturating_add(size));
        let next = (end < all.len()).then(|| format!("{}{end}", self.prefix));
        Ok((all.into_iter().skip(from).take(size).collect(), next))
    }
}

/// `IsTruncated` and `Marker`, with which IAM's lists end.
pub(crate) fn write_end(next: Option<&str>, xml: &mut Xml) {
    xml.text("IsTruncated", if next.is_some() { "true" } else { "false" }).optional("Marker", next);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_list_once() {
        for paging in [Paging::IAM, Paging::CLOUDFORMATION] {
            let (mut found, mut form) = (Vec::new(), format!("{}=3", paging.size));
            loop {
                let (items, next) = paging.page((0..8).collect(), &Params::parse(&form)).unwrap();
                found.extend(items);
                let Some(token) = next else { break };
                form = format!("{}=3&{}={token}", paging.size, paging.token);
            }
            assert_eq!(found, (0..8).collect::<Vec<_>>());
            let sizes = ["0".to_owned(), (paging.max + 1).to_string(), "x".to_owned()];
            let refused = sizes.map(|size| format!("{}={size}", paging.size));
            for form in refused.into_iter().chain([format!("{}=abc", paging.token)]) {
                assert!(paging.page(vec![1], &Params::parse(&form)).is_err(), "{form}");
            }
        }
    }
}
