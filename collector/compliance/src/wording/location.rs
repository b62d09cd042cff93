//! Where a server stands, in words.

use super::time::date;
use crate::estate::{Certainty, Estate, Location, OnSite, Place, Sign, Site, SiteKind};
use crate::finding::Fact;

/// Where a server stands, and which places would be lawful.
pub(crate) struct Spot<'a> {
    /// The server's name.
    pub(crate) server: &'a str,
    /// Whether a Pusat Pemulihan Bencana would be lawful too.
    pub(crate) recovery_centre: bool,
    /// The site that an officer declared.
    pub(crate) declared: Option<Named<'a>>,
    /// The site that the network addresses speak for.
    pub(crate) observed: Option<Named<'a>>,
    /// What was observed, in a few words.
    pub(crate) observation: Option<&'a str>,
}

/// A site that was named.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    /// It is registered.
    Site(&'a Site),
    /// It is not: its code.
    Unregistered(&'a str),
}

impl<'a> Named<'a> {
    /// The site with this code.
    pub(crate) fn of(estate: &'a Estate, code: &'a str) -> Self {
        estate.site(code).map_or(Self::Unregistered(code), Self::Site)
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Site(site) => kind(site).unwrap_or("ruang Perangkat Daerah"),
            Self::Unregistered(_) => "lokasi yang belum terdaftar",
        }
    }

    fn words(self) -> String {
        match self {
            Self::Site(site) => site_name(site),
            Self::Unregistered(code) => format!("lokasi `{code}` yang belum terdaftar"),
        }
    }
}

/// What to do about a declaration that nothing supports.
pub(crate) const SUPPORT_WORD: &str =
    "daftarkan jaringan tempat server ini agar alamatnya dapat dicocokkan, atau periksa di tempat";

/// What to do about two different answers.
pub(crate) const SETTLE: &str =
    "periksa di tempat, lalu perbaiki lokasi yang dinyatakan atau daftar jaringan lokasinya";

/// What to do when nobody says where a server stands.
pub(crate) const DECLARE: &str = "nyatakan lokasi server ini dan daftarkan jaringan lokasinya";

impl Spot<'_> {
    fn lawful(&self) -> &'static str {
        if self.recovery_centre { "Pusat Data dan Pusat Pemulihan Bencana" } else { "Pusat Data" }
    }

    fn lawful_one(&self) -> &'static str {
        if self.recovery_centre { "Pusat Data atau Pusat Pemulihan Bencana" } else { "Pusat Data" }
    }

    fn by_officer(&self) -> Option<String> {
        self.declared.map(|site| format!("menurut petugas ({})", site.words()))
    }

    fn by_network(&self) -> Option<String> {
        let observed = self.observed?;
        let what = self.observation.map_or_else(|| observed.words(), str::to_owned);
        Some(format!("menurut alamat jaringan ({what})"))
    }

    fn sources(&self) -> String {
        let sources: Vec<String> = self.by_network().into_iter().chain(self.by_officer()).collect();
        sources.join(" dan ")
    }

    /// It stands where it should.
    pub(crate) fn inside(&self) -> String {
        let undeclared = if self.declared.is_none() { "; petugas belum menyatakan lokasinya" } else { "" };
        let place = self.observed.map_or(self.lawful_one(), Named::kind);
        format!("server `{}` berada di {place} {}{undeclared}", self.server, self.sources())
    }

    /// It stands elsewhere.
    pub(crate) fn outside(&self) -> String {
        format!("server `{}` berada di luar {} {}", self.server, self.lawful(), self.sources())
    }

    /// An officer says inside, and nothing else does.
    pub(crate) fn on_word_alone(&self) -> String {
        format!(
            "server `{}` berada di {} hanya {}; alamat jaringannya belum menguatkan hal itu",
            self.server,
            self.declared.map_or(self.lawful_one(), Named::kind),
            self.by_officer().unwrap_or_default()
        )
    }

    /// Officer and network say different things.
    pub(crate) fn mismatch(&self, inside_by_network: bool) -> String {
        let (network, officer) = if inside_by_network { ("di", "di luar") } else { ("di luar", "di") };
        format!(
            "lokasi server `{}` tidak cocok: {network} {lawful} {}, tetapi {officer} {lawful} {}",
            self.server,
            self.by_network().unwrap_or_default(),
            self.by_officer().unwrap_or_default(),
            lawful = self.lawful_one()
        )
    }

    /// Signs speak for both sides.
    pub(crate) fn torn(&self, [inside, against]: &[String; 2]) -> String {
        format!("petunjuk lokasi server `{}` bertentangan: {inside}, tetapi {against}", self.server)
    }

    /// What somebody found on the spot.
    pub(crate) fn found(&self, found: &OnSite, place: Named<'_>) -> String {
        format!("server `{}` berada di {} {}", self.server, place.words(), by_inspection(found))
    }

    /// What somebody found on the spot, and a sign that says otherwise.
    pub(crate) fn found_otherwise(&self, found: &OnSite, place: Named<'_>, sign: &Sign) -> String {
        format!("{}, tetapi kini {}", self.found(found, place), sign.words)
    }

    /// Nobody says where it stands.
    pub(crate) fn unknown(&self) -> String {
        let named: Vec<String> = self.observed.into_iter().chain(self.declared).map(Named::words).collect();
        let named = named.first().map(|name| format!(": {name}")).unwrap_or_default();
        format!("lokasi server `{}` belum diketahui{named}", self.server)
    }

    /// What to do about a server outside.
    pub(crate) fn move_in(&self) -> String {
        format!("pindahkan server ke {}, atau perbaiki lokasinya bila keliru", self.lawful_one())
    }

    /// What to do about it.
    pub(crate) fn judge_mandiri_tik(&self) -> String {
        format!(
            "nilai apakah status Mandiri TIK membenarkan penempatan di luar {}, dan catat penilaiannya",
            self.lawful()
        )
    }

    /// The two sources as facts.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let declared = self.declared.map_or("belum dinyatakan".into(), Named::words);
        let observed = self.observed.map_or("belum teramati".into(), |site| {
            let observation = self.observation.map(|what| format!(": {what}")).unwrap_or_default();
            format!("{} (dugaan{observation})", site.words())
        });
        vec![
            Fact { name: "Lokasi menurut petugas".into(), value: declared },
            Fact { name: "Lokasi menurut alamat jaringan".into(), value: observed },
        ]
    }
}

/// The decree of a Perangkat Daerah Mandiri TIK leaves the server's place to a person.
pub(crate) fn mandiri_tik(outside: &str, decree: &str) -> String {
    format!("{outside}, dan Perangkat Daerahnya berstatus Mandiri TIK ({decree})")
}

fn by_inspection(found: &OnSite) -> String {
    format!("menurut pemeriksaan {} tanggal {} ({})", found.by, date(found.on), found.evidence)
}

/// How certain the place is and all that speaks for it, as facts; nothing where nothing was looked for.
pub(crate) fn signs(location: &Location, certainty: Certainty) -> Vec<Fact> {
    if location.signs.is_empty() && location.found.is_none() {
        return Vec::new();
    }
    let sure = Fact { name: "Kepastian lokasi".into(), value: certainty.words().into() };
    let found = location.found.as_ref().map(|found| Fact {
        name: "Pemeriksaan di tempat".into(),
        value: format!("lokasi `{}` {}", found.site, by_inspection(found)),
    });
    let sign = |sign: &Sign| Fact { name: "Petunjuk lokasi".into(), value: sign.words.clone() };
    std::iter::once(sure).chain(found).chain(location.signs.iter().map(sign)).collect()
}

/// Where a copy lies: `di Pusat Data Kominfo`, `pada server itu sendiri`.
pub(crate) fn place(estate: &Estate, place: &Place) -> String {
    match place {
        Place::SameHost => "pada server itu sendiri".into(),
        Place::Removable => "pada media portabel".into(),
        Place::Site(code) => match estate.site(code) {
            Some(site) => format!("di {}", site_name(site)),
            None => format!("di lokasi `{code}` yang belum terdaftar"),
        },
        Place::OtherHost(host) => format!("pada host `{host}` yang belum terdaftar di suatu lokasi"),
        Place::Unknown => "di tempat yang belum diketahui".into(),
    }
}

/// A site's name, with its kind where the name does not say it.
fn site_name(site: &Site) -> String {
    match kind(site) {
        Some(kind) if !site.name.contains(kind) => format!("{kind} {}", site.name),
        _ => site.name.clone(),
    }
}

/// The statutory word for a site's kind; none for a room.
fn kind(site: &Site) -> Option<&'static str> {
    match site.kind {
        SiteKind::DataCentre => Some("Pusat Data"),
        SiteKind::RecoveryCentre => Some("Pusat Pemulihan Bencana"),
        SiteKind::OfficeRoom => None,
    }
}
