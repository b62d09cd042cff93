//! What an administrator does about a set, in words: one line each, the gravest first.

use patuh_compliance::estate::Place;
use patuh_protocol::backup::{ProblemKind, Tool};

use crate::tasks::board::Fate;
use crate::tasks::evaluate::copies::{Copies, SetView};
use crate::testimony::Standing;

/// What would make the set green. Empty when it is.
pub(super) fn remedies(view: &SetView, fate: Fate, copies: &Copies) -> Vec<String> {
    let mut all = Vec::new();
    match view.standing {
        Standing::Damaged => all.push(damaged(view.set.tool)),
        Standing::Vanished => all.push(
            "Cari tahu siapa yang menghapus titik pulih itu, buat cadangan baru, dan jadikan tempatnya hanya dapat ditambah (append-only)."
                .to_owned(),
        ),
        Standing::WitnessSilent => all.push(silent(view, copies)),
        Standing::ClaimOnly => all.push(format!(
            "Simpan di tempat yang diamati saksi: pasang agen di host penyimpanan {} dengan bagian `[witness]` di `agent.toml`.",
            view.set.target.host.as_deref().map_or_else(|| "Pusat Data".to_owned(), |host| format!("`{host}`"))
        )),
        Standing::Met => {}
    }
    if view.judged.place == Place::SameHost {
        all.push("Arahkan cadangan ke server lain di Pusat Data; salinan di server yang sama ikut hilang bersamanya.".to_owned());
    }
    match fate {
        Fate::Stale => all.push(
            "Jalankan cadangan sekarang, lalu periksa jadwalnya: timer atau cron yang seharusnya menjalankannya ada di bawah."
                .to_owned(),
        ),
        Fate::Uncovered => all.push("Jalankan cadangan ini untuk pertama kalinya dan periksa hasilnya.".to_owned()),
        Fate::Seen => all.push("Lakukan uji pemulihan: baru setelah isinya dikembalikan, salinan ini terbukti.".to_owned()),
        _ => {}
    }
    let problems = view.set.problems.iter();
    all.extend(problems.map(|problem| format!("`{}`: {}.", problem.about, advice(problem.kind))));
    all.dedup();
    all.truncate(6);
    all
}

fn damaged(tool: Tool) -> String {
    let check = match tool {
        Tool::Restic => "Jalankan `restic check --read-data` dengan kuncinya",
        Tool::Borg => "Jalankan `borg check --verify-data` dengan kuncinya",
        Tool::Pbs => "Jalankan verify pada datastore-nya",
        Tool::Pgbackrest => "Jalankan `pgbackrest verify`",
        _ => "Bandingkan berkas itu dengan aslinya",
    };
    format!(
        "{check}, periksa disk tempat penyimpanannya, dan buat cadangan baru: titik pulih yang rusak tidak dapat diandalkan."
    )
}

fn silent(view: &SetView, copies: &Copies) -> String {
    let witness = view.store.as_ref().and_then(|(at, _)| copies.witnesses.get(*at));
    let host =
        witness.map_or_else(|| "tempat penyimpanan".to_owned(), |witness| format!("`{}`", witness.hostname));
    format!(
        "Periksa agen saksi di {host} dengan `patuh-agent status`: sejak ia diam, tidak ada yang melihat salinan ini."
    )
}

const fn advice(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Empty | ProblemKind::NoFiles => "kosong; periksa apa yang seharusnya dicadangkan",
        ProblemKind::Truncated => "terpotong; periksa ruang disk dan batas waktu, lalu ulangi",
        ProblemKind::Collapsed => "jauh lebih kecil dari biasanya; pastikan tidak ada data yang terlewat",
        ProblemKind::Unreadable => "tidak dapat dibaca agen; beri izin baca atau periksa kuncinya",
        ProblemKind::ToolFailed => "gagal menurut alatnya; baca catatannya dan ulangi",
        ProblemKind::Incomplete => "tidak lengkap; baca catatannya, berkas mana yang dilewati",
        ProblemKind::StaleLock => {
            "ada kunci lebih dari sehari; pastikan tidak ada yang berjalan, lalu lepaskan kuncinya"
        }
    }
}
