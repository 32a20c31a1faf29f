//! Work over many accounts, so many at once: the bound is the pace of the calls, as long as enough accounts wait for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::resume_unwind;
use tokio::task::JoinSet;

/// Does the work for each item, at most `at_once` at a time; results in the order of the items. `done` is told of each end.
pub async fn each<T, R, F>(items: Vec<T>, at_once: usize, work: impl Fn(T) -> F, mut done: impl FnMut()) -> Vec<R>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut waiting = items.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut results = BTreeMap::new();
    loop {
        while running.len() < at_once.max(1) {
            let Some((place, item)) = waiting.next() else { break };
            let work = work(item);
            running.spawn(async move { (place, work.await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((place, result))) => {
                results.insert(place, result);
                done();
            }
            Some(Err(lost)) if lost.is_panic() => resume_unwind(lost.into_panic()),
            // Tasks are cancelled with the pool alone.
            Some(Err(_)) => {}
        }
    }
    results.into_values().collect()
}
