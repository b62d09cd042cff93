//! Backups in words: why a copy counts or does not, and what to do about it.

use super::location;
use super::state;
use super::time::{Voice, date, hours};
use crate::estate::{Backup, Estate, Grade, Medium};
use crate::finding::{Fact, Threshold, Verdict};

/// What is to be done about a silent witness.
pub(crate) const RESUME: &str =
    "jalankan kembali saksi di tempat penyimpanan, agar terbukti apa yang kini tersimpan di sana";

/// What a duty wants of the copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// In the Pusat Data.
    DataCentre,
    /// Of both kinds, wherever.
    BothKinds,
    /// Apart from the server's room.
    Apart,
    /// In the Pusat Data, in place of the server.
    DataInstead,
}

/// A reason and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The reason, as a clause.
    pub(crate) reason: String,
    /// What to do, as a clause; empty when all is well.
    pub(crate) remedy: String,
}

/// The best copy of one kind of data, about to be spoken of.
pub(crate) struct Matter<'a> {
    /// The sites.
    pub(crate) estate: &'a Estate,
    /// The clock.
    pub(crate) voice: Voice,
    /// What is wanted.
    pub(crate) goal: Goal,
    /// `basis data`, `berkas`, `data`.
    pub(crate) kind: &'a str,
    /// The set it lies in.
    pub(crate) set: &'a Backup,
    /// The oldest it may be.
    pub(crate) limit_hours: u32,
}

impl Goal {
    /// The duty as it stands for a server: `pencadangan server x ke Pusat Data terpenuhi`.
    pub(crate) fn standing(self, server: &str, verdict: Verdict) -> String {
        let duty = match self {
            Self::DataCentre => format!("pencadangan server `{server}` ke Pusat Data"),
            Self::BothKinds => format!("pencadangan berkas dan basis data server `{server}`"),
            Self::Apart => format!("penyimpanan cadangan server `{server}` secara terpisah"),
            Self::DataInstead => "penyimpanan datanya di Pusat Data".to_owned(),
        };
        format!("{duty} {}", state(verdict))
    }

    fn place(self) -> &'static str {
        match self {
            Self::DataCentre | Self::DataInstead => " ke Pusat Data",
            Self::BothKinds => "",
            Self::Apart => " ke media portabel atau ke lokasi lain",
        }
    }

    fn not_there(self) -> &'static str {
        match self {
            Self::DataCentre | Self::BothKinds | Self::DataInstead => "bukan di Pusat Data",
            Self::Apart => "tidak terpisah dari ruang server",
        }
    }

    /// The agent knows of no backup at all.
    pub(crate) fn none_recorded(self, server: &str) -> Said {
        Said {
            reason: format!("tidak ada cadangan server `{server}` yang tercatat pada agen"),
            remedy: format!(
                "cadangkan data server ini{}, lalu daftarkan cadangannya pada agen",
                self.place()
            ),
        }
    }

    /// No set says that it holds this kind.
    pub(crate) fn kind_missing(self, kind: &str) -> Said {
        Said {
            reason: format!("cadangan {kind} tidak tercatat pada agen"),
            remedy: format!(
                "cadangkan {kind}{}, lalu daftarkan cadangannya pada agen, atau mintakan pengecualian bila \
                 server ini memang tidak menyimpan {kind}",
                self.place()
            ),
        }
    }
}

/// Nothing is known of the backups.
pub(crate) fn unknown(server: &str, why: &str) -> Said {
    Said {
        reason: format!("cadangan server `{server}` belum diketahui: {why}"),
        remedy: "perbaiki pembacaan cadangan oleh agen di server ini".into(),
    }
}

impl Matter<'_> {
    fn place(&self) -> String {
        location::place(self.estate, &self.set.place)
    }

    fn when(&self) -> String {
        self.set.newest.map(|at| self.voice.when(at)).unwrap_or_default()
    }

    fn say(&self, reason: String, remedy: &str) -> Said {
        Said { reason, remedy: remedy.replace("{kind}", self.kind).replace("{set}", &self.set.set) }
    }

    /// It counts.
    pub(crate) fn good(&self) -> Said {
        let (kind, when, place, grade) = (self.kind, self.when(), self.place(), self.set.grade.words());
        self.say(format!("{kind} terakhir dicadangkan {when} {place}, {grade}"), "")
    }

    /// It is too old.
    pub(crate) fn late(&self) -> Said {
        let (kind, place, when, limit) = (self.kind, self.place(), self.when(), hours(self.limit_hours));
        self.say(
            format!("cadangan {kind} {place} terlambat, yang terbaru {when}, batasnya {limit}"),
            &format!("jalankan pencadangan {{kind}}{} dan periksa jadwalnya", self.goal.place()),
        )
    }

    /// It lies in a place that does not count.
    pub(crate) fn elsewhere(&self) -> Said {
        let (kind, place, not_there) = (self.kind, self.place(), self.goal.not_there());
        self.say(
            format!("cadangan {kind} hanya tersimpan {place}, {not_there}"),
            &format!("salin cadangan {{kind}}{} secara berkala", self.goal.place()),
        )
    }

    /// There is a set, and no whole run in it.
    pub(crate) fn no_run(&self) -> Said {
        let problems = self.problems().map(|p| format!(": {p}")).unwrap_or_default();
        let (kind, set) = (self.kind, &self.set.set);
        self.say(
            format!("cadangan {kind} `{set}` belum pernah selesai dengan utuh{problems}"),
            "periksa mengapa pencadangan `{set}` tidak selesai, lalu jalankan ulang",
        )
    }

    /// A witness saw that it is damaged or gone.
    pub(crate) fn spoilt(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        let how = self.set.spoilt.as_deref().unwrap_or_default();
        self.say(
            format!("cadangan {kind} `{set}` tidak dapat diandalkan: {how}"),
            "cari sebabnya di tempat penyimpanan, lalu buat cadangan `{set}` yang baru dan utuh",
        )
    }

    /// The agent could not look into it.
    pub(crate) fn unread(&self) -> Said {
        let problems = self.problems().map(|p| format!(": {p}")).unwrap_or_default();
        let (kind, set) = (self.kind, &self.set.set);
        self.say(
            format!("cadangan {kind} `{set}` tidak dapat diperiksa oleh agen{problems}"),
            "periksa sandi dan letak cadangan `{set}` dalam konfigurasi agen",
        )
    }

    /// It was young enough when the agent last spoke, and is not any more.
    pub(crate) fn unseen(&self) -> Said {
        let (kind, when, limit) = (self.kind, self.when(), hours(self.limit_hours));
        self.say(
            format!(
                "cadangan {kind} terbaru yang dilaporkan, {when}, kini melewati batas {limit}, dan agen belum \
                 melaporkan apakah ada yang lebih baru"
            ),
            "pastikan agen di server ini melapor kembali",
        )
    }

    /// It lies on a host, or at a site, that nobody registered.
    pub(crate) fn unregistered(&self) -> Said {
        let (kind, place) = (self.kind, self.place());
        self.say(
            format!("cadangan {kind} tersimpan {place}"),
            "daftarkan tempat penyimpanan itu pada lokasinya, atau salin cadangan {kind} ke tempat yang terdaftar",
        )
    }

    /// Nobody knows where it lies.
    pub(crate) fn nowhere(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        self.say(
            format!("letak cadangan {kind} `{set}` belum diketahui"),
            "pastikan letak cadangan `{set}` dan perbaiki pengaturannya pada agen",
        )
    }

    /// Whether it lies apart cannot be told, because the server's own place is not clear.
    pub(crate) fn own_place(&self) -> Said {
        let (kind, place) = (self.kind, self.place());
        self.say(
            format!("cadangan {kind} tersimpan {place}, tetapi lokasi servernya sendiri belum pasti"),
            "pastikan lokasi server ini, lalu nilai apakah cadangannya terpisah",
        )
    }

    /// What the set holds was never said.
    pub(crate) fn unstated(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        self.say(
            format!("isi cadangan `{set}` belum dinyatakan, sehingga cadangan {kind} belum dapat dipastikan"),
            "nyatakan isi cadangan `{set}` (berkas, basis data, atau keduanya) pada agen",
        )
    }

    /// Something speaks against the set.
    pub(crate) fn troubled(&self) -> Said {
        let (kind, set, problems) = (self.kind, &self.set.set, self.problems().unwrap_or_default());
        self.say(
            format!("cadangan {kind} `{set}` bermasalah: {problems}"),
            "periksa cadangan `{set}`, perbaiki sebabnya, lalu jalankan ulang",
        )
    }

    /// The witness that watched it has fallen silent.
    pub(crate) fn unwatched(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        let since = self.set.unwatched_since.map(|since| self.voice.when(since)).unwrap_or_default();
        self.say(
            format!(
                "SAKSI DIAM: saksi di tempat penyimpanan cadangan {kind} `{set}` terakhir melihat {since}"
            ),
            RESUME,
        )
    }

    /// Its time lies ahead of ours.
    pub(crate) fn ahead(&self) -> Said {
        let (kind, set, when) = (self.kind, &self.set.set, self.when());
        self.say(
            format!("cadangan {kind} `{set}` bertanggal {when}, mendahului waktu pemeriksaan"),
            "periksa jam server ini, lalu jalankan ulang pencadangan `{set}`",
        )
    }

    /// It is there, and the evidence is too weak.
    pub(crate) fn weak(&self, least: Grade) -> Said {
        let (kind, when, place, grade) = (self.kind, self.when(), self.place(), self.set.grade.words());
        let claim = if self.set.grade == Grade::Claimed { "klaim tanpa bukti" } else { "bukti belum cukup" };
        let wanted = grade_noun(least);
        self.say(
            format!(
                "{claim}: {kind} terakhir dicadangkan {when} {place} {grade}, sedangkan yang diminta {wanted}"
            ),
            &format!("lengkapi bukti cadangan {{kind}}: {wanted}"),
        )
    }

    /// The medium in the register of media.
    fn medium(&self) -> Option<&Medium> {
        self.set.medium.as_deref().and_then(|identity| self.estate.medium(identity))
    }

    fn label(&self) -> &str {
        self.medium().map_or("", |medium| &medium.label)
    }

    /// The agent could not tell which medium it is.
    pub(crate) fn medium_nameless(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        self.say(
            format!("cadangan {kind} `{set}` tersimpan pada media portabel yang tidak dikenali oleh agen"),
            "pastikan media mana yang memuat cadangan `{set}`, lalu catat pada daftar media",
        )
    }

    /// The medium is not registered.
    pub(crate) fn medium_unregistered(&self) -> Said {
        let (kind, set) = (self.kind, &self.set.set);
        let identity = self.set.medium.as_deref().unwrap_or_default();
        self.say(
            format!(
                "cadangan {kind} `{set}` tersimpan pada media portabel `{identity}` yang belum tercatat pada \
                 daftar media, sehingga tempat simpannya belum diketahui"
            ),
            "catat media itu pada daftar media: tempat simpan, pemegang, dan kapan terakhir dilihat",
        )
    }

    /// The medium is registered for another office.
    pub(crate) fn medium_foreign(&self) -> Said {
        let (kind, set, label) = (self.kind, &self.set.set, self.label());
        self.say(
            format!(
                "cadangan {kind} `{set}` tersimpan pada media `{label}` yang tercatat milik Perangkat Daerah lain"
            ),
            "perbaiki Perangkat Daerah pada daftar media, atau pakai media milik sendiri",
        )
    }

    /// Where the medium is kept, or by whom, is not written down.
    pub(crate) fn medium_unkept(&self) -> Said {
        let (kind, set, label) = (self.kind, &self.set.set, self.label());
        self.say(
            format!(
                "cadangan {kind} `{set}` tersimpan pada media `{label}`, tetapi tempat simpan atau pemegangnya \
                 belum dicatat"
            ),
            "lengkapi tempat simpan dan pemegang media itu pada daftar media",
        )
    }

    /// Nobody saw the medium in its place for a long time.
    pub(crate) fn medium_unseen(&self, limit_days: u32) -> Said {
        let (kind, set, label) = (self.kind, &self.set.set, self.label());
        let seen = self.medium().and_then(|medium| medium.seen_on);
        let seen = seen.map_or("belum pernah".into(), |day| format!("terakhir {}", date(day)));
        self.say(
            format!(
                "cadangan {kind} `{set}` tersimpan pada media `{label}`, yang {seen} dilihat di tempat simpannya, \
                 batasnya {limit_days} hari"
            ),
            "periksa media itu di tempat simpannya, lalu catat pada daftar media",
        )
    }

    fn problems(&self) -> Option<String> {
        (!self.set.problems.is_empty()).then(|| self.set.problems.join(", "))
    }
}

/// A set as a fact.
pub(crate) fn fact(estate: &Estate, voice: Voice, set: &Backup) -> Fact {
    let holds = match (set.files, set.database) {
        (true, true) => "berkas dan basis data",
        (true, false) => "berkas",
        (false, true) => "basis data",
        (false, false) => "isi belum dinyatakan",
    };
    let newest = set.newest.map_or("belum pernah selesai".into(), |at| format!("terbaru {}", voice.when(at)));
    let mut value =
        format!("{holds}, {}, {newest}, {}", location::place(estate, &set.place), set.grade.words());
    if !set.problems.is_empty() {
        value = format!("{value}; masalah: {}", set.problems.join(", "));
    }
    Fact { name: format!("Cadangan `{}` ({})", set.set, set.tool), value }
}

/// The oldest a copy may be, as a threshold.
pub(crate) fn age_limit(what: &str, limit_hours: u32) -> Threshold {
    Threshold {
        name: format!("Batas umur cadangan {what}"),
        value: hours(limit_hours),
        set_by: super::POLICY_OF_DINAS.into(),
    }
}

/// How long ago a portable medium may have been seen, as a threshold.
pub(crate) fn medium_limit(limit_days: u32) -> Threshold {
    Threshold {
        name: "Media portabel terakhir dilihat".into(),
        value: format!("paling lama {limit_days} hari yang lalu"),
        set_by: super::POLICY_OF_DINAS.into(),
    }
}

/// The least evidence, as a threshold.
pub(crate) fn least_evidence(least: Grade) -> Threshold {
    Threshold {
        name: "Bukti paling sedikit".into(),
        value: grade_noun(least).into(),
        set_by: super::POLICY_OF_DINAS.into(),
    }
}

/// What evidence of this grade is called: `kesaksian agen di tempat penyimpanan`.
pub(crate) fn grade_noun(grade: Grade) -> &'static str {
    match grade {
        Grade::Claimed => "klaim agen",
        Grade::Witnessed => "kesaksian agen di tempat penyimpanan",
        Grade::Verified => "pembacaan ulang isi",
        Grade::Restored => "uji pemulihan",
    }
}
