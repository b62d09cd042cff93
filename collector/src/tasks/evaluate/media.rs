//! The register of media and of second holders of keys, for the judge.

use jiff::Timestamp;
use patuh_compliance::estate;

use crate::config::Config;
use crate::media::{Keeping, written_last};
use crate::store::{Error, MediaFilter, Store};

/// The media that still exist, each with the newest writing that an agent saw.
pub(super) async fn kept(store: &Store, config: &Config) -> Result<Vec<estate::Medium>, Error> {
    let writings = store.writings().await?;
    let media = store.media(&MediaFilter::default()).await?;
    let judged = media
        .iter()
        .filter_map(|medium| medium.judged(place(&medium.place, config), written_last(medium, &writings)));
    Ok(judged.collect())
}

/// The attestations that hold as of `now`.
pub(super) async fn attested(
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Vec<estate::Escrow>, Error> {
    let today = config.government.zone().day(now);
    Ok(store.escrows().await?.iter().filter_map(|attested| attested.escrow.judged(today)).collect())
}

/// Where a medium is kept, in words; a site that is no longer registered is called by its code.
fn place(kept: &Keeping, config: &Config) -> String {
    let site = kept.site.as_ref().map(|code| config.site_name(code).to_owned());
    let parts = site.into_iter().chain([kept.room.clone(), kept.safe.clone()]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    #[test]
    fn a_medium_is_kept_in_a_room_of_a_site() {
        let check = |site: Option<&str>, room: &str, safe: &str, expected: &str| {
            let site = site.map(|code| code.parse().unwrap());
            let kept = Keeping { site, room: room.to_owned(), safe: safe.to_owned() };
            assert_eq!(place(&kept, &config()), expected);
        };
        check(Some("dinkes"), "Ruang arsip", "Brankas 2", "Ruang Dinkes, Ruang arsip, Brankas 2");
        check(Some("lama"), "", "", "lama");
        check(None, "Gudang", "", "Gudang");
        check(None, "", "", "");
    }
}
