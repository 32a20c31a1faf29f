//! Calls that are made again when they failed for a reason that passes: throttling, the network, a fault of AWS, something
//! else under way. Only for calls that read: what became of a change is read before it is made again.

use crate::clock::Clock;
use rolecall_aws::{Failure, Pages};
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::rollout::{ErrorClass, Retries};

/// Makes a call until it is answered, or failed for good.
pub(super) async fn repeat<C: Clock, T, F: Future<Output = Result<T, Failure>>>(
    clock: &mut C,
    retries: &Retries,
    mut call: impl FnMut() -> F,
) -> Result<T, Failure> {
    let mut made = 0;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer),
            Err(failure) => rest(clock, retries, failure, &mut made).await?,
        }
    }
}

/// Reads a listing to its end; a page that failed is asked for again.
pub(super) async fn all_pages<C: Clock, T>(
    clock: &mut C,
    retries: &Retries,
    mut pages: Pages<T>,
) -> Result<Vec<T>, Failure> {
    let (mut all, mut made) = (Vec::new(), 0);
    loop {
        match pages.next().await {
            Ok(Some(page)) => {
                all.extend(page);
                made = 0;
            }
            Ok(None) => return Ok(all),
            Err(failure) => rest(clock, retries, failure, &mut made).await?,
        }
    }
}

/// The next page, asked for until it comes.
pub(super) async fn next_page<C: Clock, T>(
    clock: &mut C,
    retries: &Retries,
    pages: &mut Pages<T>,
) -> Result<Option<Vec<T>>, Failure> {
    let mut made = 0;
    loop {
        match pages.next().await {
            Ok(page) => return Ok(page),
            Err(failure) => rest(clock, retries, failure, &mut made).await?,
        }
    }
}

/// Waits for the next try, or gives the failure back.
async fn rest<C: Clock>(clock: &mut C, retries: &Retries, failure: Failure, made: &mut u8) -> Result<(), Failure> {
    // Credentials that are refused are not those of a new account here: they are the operator's own.
    let passes = matches!(failure.class, ErrorClass::Throttled | ErrorClass::Fault | ErrorClass::Busy);
    let retry = retries.of(failure.class).filter(|_| passes);
    let Some(wait) = retry.and_then(|retry| retry.wait(*made, clock.jitter())) else { return Err(failure) };
    *made = made.saturating_add(1);
    let until = TimeMs(clock.now().0.saturating_add(wait.0));
    clock.sleep_until(until).await;
    Ok(())
}
