//! Listings, page by page. An empty page with a token is not the end (Organizations API reference, `ListAccounts`); a
//! token that comes a second time is a fault: a listing that goes in a circle never ends.

use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::future::Future;
use std::hash::{Hash as _, Hasher as _};
use std::pin::Pin;

/// A page, and the token of the next one.
pub(crate) type Page<T> = (Vec<T>, Option<String>);
type Fetching<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Failure>> + Send>>;
type Fetch<T> = Box<dyn Fn(Connection, Option<String>) -> Fetching<T> + Send + Sync>;

/// The pages of a listing that have not been read yet.
pub struct Pages<T> {
    operation: Operation,
    connection: Connection,
    fetch: Fetch<T>,
    next: Next,
    /// Hashes of the tokens so far: tokens are long.
    seen: HashSet<u64>,
}

enum Next {
    First,
    At(String),
    Over,
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<T> Pages<T> {
    pub(crate) fn new<F, O>(operation: Operation, connection: &Connection, fetch: F) -> Self
    where
        F: Fn(Connection, Option<String>) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Page<T>, Failure>> + Send + 'static,
    {
        Self {
            operation,
            connection: connection.clone(),
            fetch: Box::new(move |connection, token| Box::pin(fetch(connection, token))),
            next: Next::First,
            seen: HashSet::new(),
        }
    }

    /// The next page, which may be empty; nothing after the last one. After a failure the same page is asked for again.
    ///
    /// # Errors
    /// What AWS answers; `MalformedAnswer` when a token comes a second time.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Failure> {
        let token = match &self.next {
            Next::First => None,
            Next::At(token) => Some(token.clone()),
            Next::Over => return Ok(None),
        };
        let (items, following) = (self.fetch)(self.connection.clone(), token).await?;
        self.next = match following {
            None => Next::Over,
            Some(token) => {
                if !self.seen.insert(hash(&token)) {
                    self.seen.remove(&hash(&token));
                    let text = "the token of the next page came before: the listing goes in a circle";
                    return Err(Failure::malformed(self.operation, text));
                }
                Next::At(token)
            }
        };
        Ok(Some(items))
    }

    /// Everything that is left.
    ///
    /// # Errors
    /// As [`Pages::next`]; what was read before is dropped.
    pub async fn all(mut self) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }
}

fn hash(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}
