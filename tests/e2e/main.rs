//! The stories: whole agents and a whole collector, over real TLS, on both stores. One file, one story.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that goes wrong fails its test")]

mod crash;
mod demo;
mod enrolment;
mod evidence;
mod fleet;
mod outage;
mod refusals;
mod unchanged;
mod whole_way;

/// Tells `$story`, an async function of a started collector, once with each store.
macro_rules! on_both_stores {
    ($($story:ident),* $(,)?) => {$(
        mod $story {
            use patuh_tests::Collector;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$story(Collector::sqlite().start().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$story(Collector::postgres().start().await).await;
            }
        }
    )*};
}
use on_both_stores;
