//! Copies on portable media, and what the register of media says of them.

use jiff::civil::date;
use patuh_compliance::estate::{Backup, Estate, Known, Medium};
use patuh_compliance::pack::Policy;

use super::{check_rule, portable};
use crate::example::{estate, findings, medium, now, packs};

const OPEN: &str = "? MLG20-19.3 Penyimpanan cadangan server `simpeg` secara terpisah perlu dinilai: cadangan berkas dan \
                    basis data `kaset` tersimpan pada media";

/// What `MLG20-19.3` says of the clean server with its only copy on this medium.
#[track_caller]
fn check(set: Backup, media: Vec<Medium>, expected: &str) {
    check_rule("MLG20-19.3", with(set, media), expected);
}

fn with(set: Backup, media: Vec<Medium>) -> impl FnOnce(&mut Estate) {
    |estate| {
        estate.servers[0].backups = Known::Yes(vec![set]);
        estate.media = media;
    }
}

#[test]
fn a_registered_medium_in_its_place_counts() {
    check(
        portable(),
        vec![medium()],
        "● MLG20-19.3 Penyimpanan cadangan server `simpeg` secara terpisah terpenuhi: berkas dan basis data terakhir \
         dicadangkan 20 November 2026 pukul 07.30 WIB (2 hari lalu) pada media portabel, disaksikan agen di tempat \
         penyimpanan.",
    );
}

#[test]
fn a_medium_of_which_the_register_does_not_say_all_goes_to_a_person() {
    check(
        portable(),
        vec![],
        &format!(
            "{OPEN} portabel `WD Elements 575834` yang belum tercatat pada daftar media, sehingga tempat simpannya belum \
             diketahui."
        ),
    );
    check(
        Backup { medium: None, ..portable() },
        vec![medium()],
        &format!("{OPEN} portabel yang tidak dikenali oleh agen."),
    );
    check(
        portable(),
        vec![Medium { office: "dinkes".into(), ..medium() }],
        &format!("{OPEN} `M-01` yang tercatat milik Perangkat Daerah lain."),
    );
    check(
        portable(),
        vec![Medium { custodian: " ".into(), ..medium() }],
        &format!("{OPEN} `M-01`, tetapi tempat simpan atau pemegangnya belum dicatat."),
    );
    check(
        portable(),
        vec![Medium { seen_on: Some(date(2026, 8, 23)), ..medium() }],
        &format!(
            "{OPEN} `M-01`, yang terakhir 23 Agustus 2026 dilihat di tempat simpannya, batasnya 90 hari."
        ),
    );
    check(
        portable(),
        vec![Medium { seen_on: None, ..medium() }],
        &format!("{OPEN} `M-01`, yang belum pernah dilihat di tempat simpannya, batasnya 90 hari."),
    );
}

#[test]
fn the_dinas_sets_how_long_ago_a_medium_may_have_been_seen() {
    let mut set = packs();
    let pack = set.iter_mut().find(|pack| pack.id == "mlg-2020").unwrap();
    pack.apply("MLG20-19.3", &Policy { medium_seen_days: Some(1), ..Policy::default() }).unwrap();
    let mut broken = estate();
    with(portable(), vec![medium()])(&mut broken);
    let all = findings(&broken, &set, now());
    let found = all.iter().find(|finding| finding.rule == "MLG20-19.3").unwrap();
    assert_eq!(found.verdict.statutory(), "PERLU PENILAIAN");
    assert!(found.thresholds.iter().any(|limit| limit.value == "paling lama 1 hari yang lalu"));
}
