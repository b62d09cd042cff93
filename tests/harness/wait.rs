//! Waiting for something to become true: the only place where a test waits.

use std::time::Duration;

/// After this long nothing comes any more, however slow the machine.
const DEADLINE: Duration = Duration::from_secs(180);

/// How often is looked.
const STEP: Duration = Duration::from_millis(20);

/// Waits until `look` gives something; fails the test, naming `what`, when it never does.
///
/// # Panics
/// After three minutes.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    until_or(look).await.unwrap_or_else(|| panic!("{what}: not within {DEADLINE:?}"))
}

/// [`until`] for those who know more of what went wrong: `None` after three minutes.
pub async fn until_or<T>(mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(STEP).await;
        }
    };
    tokio::time::timeout(DEADLINE, looking).await.ok()
}

/// [`until`] for a thread of its own.
///
/// # Panics
/// After three minutes.
pub fn until_now<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..DEADLINE.as_millis() / STEP.as_millis() {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(STEP);
    }
    panic!("{what}: not within {DEADLINE:?}")
}
