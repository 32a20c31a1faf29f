//! Organizations: accounts, the tree they stand in, and the policies that limit them.

mod accounts;
mod policies;
mod tree;

pub use accounts::Account;
pub use policies::{LimitPolicy, LimitPolicyKind, PolicySummary};
pub use tree::{Organization, OrganizationalUnit, Parent, ParentKind, Root};

use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Page;

/// A page of a listing. Whether a list that is missing beside a token is an empty page AWS's pages do not say; without a
/// token it is no end of a listing, since nobody could be told from everybody.
fn page<S, T>(
    operation: Operation,
    member: &str,
    items: Option<Vec<S>>,
    token: Option<String>,
    read: impl Fn(&S) -> Result<T, Failure>,
) -> Result<Page<T>, Failure> {
    let token = token.filter(|token| !token.is_empty());
    match (items, token) {
        (Some(items), token) => Ok((items.iter().map(read).collect::<Result<_, _>>()?, token)),
        (None, Some(token)) => Ok((Vec::new(), Some(token))),
        (None, None) => Err(Failure::malformed(operation, format!("it has no {member}"))),
    }
}
