//! What the ledger says of a download: which list, as what, and how it was narrowed, as people say it.

use super::{Asked, Filter, Format};
use crate::config::Config;
use crate::lan::plain;

impl Asked {
    /// What the ledger says of it: `Daftar Aset dalam bentuk XLSX, hanya perangkat daerah Dinas Kesehatan`.
    #[must_use]
    pub fn about(&self, config: &Config) -> String {
        let shape = match self.format {
            Format::Html => "siap cetak".to_owned(),
            format => format!("dalam bentuk {}", format.extension().to_uppercase()),
        };
        let told = self.filter.told(config);
        let told =
            if told.is_empty() { "seluruhnya".to_owned() } else { format!("hanya {}", told.join(", ")) };
        format!("{} {shape}, {told}", self.list.title())
    }
}

impl Filter {
    /// What narrows a list, each in a few words. What people typed is quoted, on one line.
    fn told(&self, config: &Config) -> Vec<String> {
        let quoted = |text: &String| format!("“{}”", plain(text));
        let named = |what: &str, name: &str| format!("{what} {}", name.to_lowercase());
        let told = [
            self.office.as_ref().map(|code| format!("perangkat daerah {}", config.office_name(code))),
            self.agent.as_ref().map(|agent| format!("server dengan agen {agent}")),
            self.search.as_ref().map(|words| format!("yang memuat {}", quoted(words))),
            self.room.as_ref().map(|room| format!("ruang {}", quoted(room))),
            self.only.as_ref().map(|only| format!("keadaan “{}”", only.why)),
            self.fates.map(|fate| format!("keadaan “{}”", fate.name())),
            self.kind.map(|kind| named("jenis", kind.name())),
            self.stage.map(|stage| named("tahap", stage.name())),
            self.condition.map(|condition| named("kondisi", condition.name())),
            self.incomplete.then(|| "yang fakta wajibnya kurang".to_owned()),
            self.medium.map(|kind| format!("jenis {}", kind.name())),
            self.life.map(|life| named("keadaan", life.name())),
            self.purpose.map(|purpose| format!("peruntukan “{}”", purpose.name())),
            self.plot_life.map(|life| named("keadaan", life.name())),
            self.finding.map(|sort| format!("temuan “{}”", sort.name())),
        ];
        told.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{List, Only};
    use super::*;
    use crate::ipplan::MisfitKind;
    use crate::register::{AssetKind, Condition, Stage};
    use crate::tasks::board::{Fate, Wanted};

    const CONFIG: &str = include_str!("../../../config/collector.toml");

    fn check(list: List, format: Format, filter: Filter, expected: &str) {
        let config = Config::parse("collector.toml", CONFIG).unwrap();
        assert_eq!(Asked { list, format, filter }.about(&config), expected);
    }

    #[test]
    fn a_download_is_told_as_people_say_it() {
        let all = Filter::default();
        check(List::Servers, Format::Xlsx, all.clone(), "Inventaris server dalam bentuk XLSX, seluruhnya");
        check(List::Labels, Format::Html, all, "Label aset dengan QR siap cetak, seluruhnya");
        let office = Some("dinkes".parse().unwrap());
        let wanted = Filter {
            office,
            search: Some("R&D \"dua\"\nbaris".into()),
            kind: Some(AssetKind::Network),
            stage: Some(Stage::Managed),
            condition: Some(Condition::Worn),
            incomplete: true,
            ..Filter::default()
        };
        check(
            List::Assets,
            Format::Csv,
            wanted,
            "Daftar Aset dalam bentuk CSV, hanya perangkat daerah Dinas Kesehatan, yang memuat “R&D \"dua\" baris”, \
             jenis perangkat jaringan, tahap pengelolaan, kondisi rusak ringan, yang fakta wajibnya kurang",
        );
        let picked = Only { why: "Disk gagal".into(), ..Only::default() };
        let picked = Filter { only: Some(picked), ..Filter::default() };
        check(
            List::Packages,
            Format::Csv,
            picked,
            "Inventaris perangkat lunak dalam bentuk CSV, hanya keadaan “Disk gagal”",
        );
        let sort = Filter { finding: Some(MisfitKind::OtherGateway), ..Filter::default() };
        check(
            List::IpFindings,
            Format::Csv,
            sort,
            "Tidak sesuai rencana penomoran dalam bentuk CSV, hanya temuan “Gateway bukan yang terdaftar”",
        );
        let unknown = Filter { office: Some("lama".parse().unwrap()), ..Filter::default() };
        let fates = Filter { fates: Some(Wanted::Fate(Fate::Near)), ..unknown };
        check(
            List::Backups,
            Format::Xlsx,
            fates,
            "Papan pencadangan dalam bentuk XLSX, hanya perangkat daerah lama, keadaan “Hanya di server itu sendiri”",
        );
    }
}
