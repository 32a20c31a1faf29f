//! Work over many accounts, so many at once: the bound is the pace of the calls, as long as enough accounts wait for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::resume_unwind;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Does the work for each item, at most `at_once` at a time; results in the order of the items. `done` is told of each end.
pub async fn each<T, R, F>(items: Vec<T>, at_once: usize, work: impl Fn(T) -> F, done: impl FnMut()) -> Vec<R>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let (give, given) = mpsc::unbounded_channel();
    for item in items {
        // The other end is held below.
        let _ = give.send(item);
    }
    drop(give);
    each_of(given, at_once, work, done).await
}

/// The same for items that come one after the other, until nobody gives any more.
pub(super) async fn each_of<T, R, F>(
    mut items: mpsc::UnboundedReceiver<T>,
    at_once: usize,
    work: impl Fn(T) -> F,
    mut done: impl FnMut(),
) -> Vec<R>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut places = 0..usize::MAX;
    let mut open = true;
    let mut running = JoinSet::new();
    let mut results = BTreeMap::new();
    loop {
        let room = running.len() < at_once.max(1);
        tokio::select! {
            item = items.recv(), if open && room => match (item, places.next()) {
                (Some(item), Some(place)) => {
                    let work = work(item);
                    running.spawn(async move { (place, work.await) });
                }
                _ => open = false,
            },
            Some(joined) = running.join_next(), if !running.is_empty() => match joined {
                Ok((place, result)) => {
                    results.insert(place, result);
                    done();
                }
                Err(lost) if lost.is_panic() => resume_unwind(lost.into_panic()),
                // Tasks are cancelled with the pool alone.
                Err(_) => {}
            },
            else => break,
        }
    }
    results.into_values().collect()
}
