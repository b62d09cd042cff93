//! Which column is which. Headings are compared without blanks, punctuation and case, so that `No. Seri Pabrik`
//! and `no seri pabrik` are one. Known are those of our own list, of the KIB B and KIR forms, and of Permendagri
//! 47/2021; whatever else stands there a person can point out ([`Mapping`]).

use std::collections::BTreeMap;

use super::super::Field;
use super::super::identifier::bare;
use super::{Cell, Row, Sheet};

/// Headings stand among the first rows of a sheet that are not empty.
const SEARCHED: usize = 30;

/// This many known headings make a row one of headings.
const ENOUGH: usize = 3;

/// Sheets of our own workbooks that explain a list and are none.
const ASIDE: [&str; 4] = ["belumlengkap", "rekonsiliasi", "petunjuk", "keterangan"];

/// What a column is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A field of the asset.
    Field(Field),
    /// "Tahun/tanggal perolehan": a year, or a day.
    Acquired,
    /// "Jumlah": must be one, because one row is one unit.
    Quantity,
}

/// What a person says of headings, by [`bare`] text; `None`: not to be read.
pub type Mapping = BTreeMap<String, Option<Target>>;

/// The columns of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The heading of each column, as it stands there.
    pub headings: Vec<String>,
    /// What each is read as.
    pub targets: Vec<Option<Target>>,
    /// The place among the sheet's rows of the first one below the headings.
    pub(super) below: usize,
    /// Whether these are the columns of our own list, in which an empty cell takes a value away. In others it
    /// says nothing.
    pub own: bool,
    /// Whether the price is headed as thousands of rupiah.
    pub thousands: bool,
}

/// The headings that each field goes by, the likeliest first. Our own stands in [`Field::heading`].
const NAMES: &[(Target, &[&str])] = &[
    (Target::Field(Field::Number), &["noaset", "idaset"]),
    (Target::Field(Field::Office), &["kodeopd", "kodeskpd", "perangkatdaerah", "namapd", "pd", "opd"]),
    (Target::Field(Field::Kind), &["jenisaset"]),
    (
        Target::Field(Field::Name),
        &[
            "namajenisbarang",
            "namabarangjenisbarang",
            "jenisbarangnamabarang",
            "jenisnamabarang",
            "jenisnama",
            "namabarang",
            "judul",
            "nama",
        ],
    ),
    (
        Target::Field(Field::Model),
        &["merktype", "merktipe", "merektype", "merkmodel", "merekmodel", "merk", "merek"],
    ),
    (
        Target::Field(Field::Serial),
        &["nomorseripabrik", "noseripabrik", "nomorpabrik", "nopabrik", "noseri", "serialnumber", "sn"],
    ),
    (Target::Field(Field::Size), &["ukurancc", "spesifikasilainnya", "spesifikasi"]),
    (Target::Field(Field::Register), &["noregister", "register", "noreg"]),
    (Target::Acquired, &["tahuntanggalperolehan", "tanggaltahunperolehan"]),
    (Target::Field(Field::AcquiredOn), &["tglperolehan", "tanggalpembelian"]),
    (Target::Field(Field::Year), &["tahunpembelian", "tahunpembuatanpembelian", "tahunbeli", "tahun"]),
    (
        Target::Field(Field::Price),
        &[
            "hargasatuan",
            "hargasatuanperolehan",
            "hargasatuanrp",
            "hargaperolehan",
            "hargaperolehanrp",
            "hargaribuanrp",
            "hargaribuanrupiah",
            "nilaiperolehan",
            "nilaiperolehanrp",
            "harga",
        ],
    ),
    (Target::Field(Field::Origin), &["asalusulcaraperolehan", "caraperolehan"]),
    (Target::Field(Field::Condition), &["kondisibarang", "keadaanbarang"]),
    (Target::Field(Field::Room), &["lokasiruang", "ruangan", "namaruang", "namaruangan"]),
    (Target::Field(Field::Custodian), &["pemegang", "namapemegang"]),
    (Target::Field(Field::Licence), &["spesifikasilisensi"]),
    (Target::Field(Field::ValidUntil), &["berlakusampai", "validitaslisensi"]),
    (Target::Field(Field::Document), &["nodokumen"]),
    (Target::Field(Field::Address), &["ip", "alamatipaddress", "ipaddress"]),
    (Target::Field(Field::Mac), &["mac", "macaddress"]),
    (Target::Field(Field::Note), &["keteranganmutasi", "ket"]),
    (Target::Quantity, &["jumlah", "jumlahbarang"]),
];

impl Target {
    /// Its name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Field(field) => field.slug(),
            Self::Acquired => "tahun-tanggal",
            Self::Quantity => "jumlah",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Field(field) => field.heading(),
            Self::Acquired => "Tahun/tanggal perolehan",
            Self::Quantity => "Jumlah",
        }
    }

    /// All targets, fields first.
    pub fn all() -> impl Iterator<Item = Self> {
        Field::ALL.into_iter().map(Self::Field).chain([Self::Acquired, Self::Quantity])
    }

    /// The target with this name in forms.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::all().find(|target| target.slug() == slug)
    }

    /// What a heading stands for, and how likely: 0 is most.
    fn of_heading(heading: &str) -> Option<(Self, usize)> {
        let heading = bare(heading);
        let own = Field::ALL.into_iter().find(|field| bare(field.heading()) == heading);
        let own = own.map(|field| (Self::Field(field), 0));
        // Whatever is said behind it in brackets.
        let price = || heading.starts_with("harga").then_some((Self::Field(Field::Price), usize::MAX));
        let known = own.or_else(|| {
            NAMES.iter().find_map(|(target, names)| {
                names.iter().position(|name| *name == heading).map(|place| (*target, place + 1))
            })
        });
        known.or_else(price)
    }
}

impl Sheet {
    /// Whether it explains a list instead of being one.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        ASIDE.contains(&bare(&self.name).as_str())
    }

    /// Its columns; `None` when no row looks like headings.
    #[must_use]
    pub fn columns(&self, mapping: &Mapping) -> Option<Columns> {
        let rows = self.rows.get(..SEARCHED.min(self.rows.len()))?;
        let pairs = rows.iter().enumerate().flat_map(|(place, upper)| {
            let alone = Some((headings(upper, None), place + 1));
            let both = rows.get(place + 1).map(|lower| (headings(upper, Some(lower)), place + 2));
            [alone, both].into_iter().flatten()
        });
        let known =
            |headings: &[String]| headings.iter().filter(|it| Target::of_heading(it).is_some()).count();
        let mapped =
            |headings: &[String]| headings.iter().filter(|it| mapping.contains_key(&bare(it))).count();
        // The first of those that say most.
        let scored = pairs.map(|(headings, below)| (known(&headings) + mapped(&headings), headings, below));
        let best = scored.fold(None, |best: Option<(usize, Vec<String>, usize)>, one| match best {
            Some(best) if best.0 >= one.0 => Some(best),
            _ => Some(one),
        });
        let (score, headings, below) = best?;
        (score >= ENOUGH).then(|| Columns::new(headings, below, mapping))
    }
}

/// The headings of a row, or of two: a cell that spans several (`Nomor`) stands above `Pabrik`, `Rangka`, `Mesin`.
fn headings(upper: &Row, lower: Option<&Row>) -> Vec<String> {
    let Some(lower) = lower else {
        return upper.cells.iter().map(Cell::shown).collect();
    };
    let mut above = String::new();
    let heading = |column: usize| {
        let (top, bottom) = (upper.cell(column).shown(), lower.cell(column).shown());
        if !top.is_empty() {
            above.clone_from(&top);
        }
        let joined = format!("{above} {bottom}");
        match (top.is_empty(), bottom.is_empty()) {
            (_, true) => top,
            (_, false) if Target::of_heading(&joined).is_some() => joined,
            (true, false) => bottom,
            (false, false) if Target::of_heading(&top).is_some() => top,
            (false, false) => joined,
        }
    };
    (0..upper.cells.len().max(lower.cells.len())).map(heading).collect()
}

impl Columns {
    fn new(headings: Vec<String>, below: usize, mapping: &Mapping) -> Self {
        let said: Vec<Option<(Target, usize)>> = headings
            .iter()
            .map(|heading| match mapping.get(&bare(heading)) {
                // What a person says goes before what a heading seems to say.
                Some(said) => said.map(|target| (target, 0)),
                None => Target::of_heading(heading).map(|(target, place)| (target, place.saturating_add(1))),
            })
            .collect();
        let mut best: BTreeMap<Target, (usize, usize)> = BTreeMap::new();
        for (column, (target, place)) in
            said.iter().enumerate().filter_map(|(column, it)| Some((column, (*it)?)))
        {
            let held = best.entry(target).or_insert((place, column));
            *held = (*held).min((place, column));
        }
        let target = |(column, it): (usize, &Option<(Target, usize)>)| {
            let (target, _) = (*it)?;
            best.get(&target).filter(|(_, chosen)| *chosen == column).map(|_| target)
        };
        let targets: Vec<Option<Target>> = said.iter().enumerate().map(target).collect();
        let own = targets.contains(&Some(Target::Field(Field::Number)));
        let price = targets.iter().position(|it| *it == Some(Target::Field(Field::Price)));
        let price = price.and_then(|column| headings.get(column)).map(|heading| bare(heading));
        let thousands = price.is_some_and(|it| it.contains("ribu") && !it.contains("bukanribu"));
        Self { headings, targets, below, own, thousands }
    }

    /// The column that is read as `target`.
    #[must_use]
    pub fn of(&self, target: Target) -> Option<usize> {
        self.targets.iter().position(|it| *it == Some(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        super::super::read(text.as_bytes()).unwrap().remove(0)
    }

    /// What the columns are read as, in words; `.` is not read.
    fn check(text: &str, expected: &str, below: usize) {
        let columns = sheet(text).columns(&Mapping::new()).unwrap();
        let words: Vec<_> = columns.targets.iter().map(|it| it.map_or(".", Target::slug)).collect();
        assert_eq!((words.join(" ").as_str(), columns.below), (expected, below));
    }

    #[test]
    fn our_own_headings() {
        let headings = Field::ALL.map(Field::heading).join(";");
        let slugs = Field::ALL.map(Field::slug).join(" ");
        check(&headings, &slugs, 1);
        assert!(sheet(&headings).columns(&Mapping::new()).unwrap().own);
    }

    #[test]
    fn the_sixteen_columns_of_the_kib() {
        let one = "KARTU INVENTARIS BARANG (KIB) B\n\nNo Urut;Kode Barang;Nama/Jenis Barang;Nomor Register;Merk/Type;\
            Ukuran/CC;Bahan;Tahun Pembelian;Nomor Pabrik;Nomor Rangka;Nomor Mesin;Nomor Polisi;Nomor BPKB;\
            Asal usul/Cara perolehan;Harga (ribuan Rp);Keterangan\n1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16";
        check(one, ". kode nama register merek ukuran bahan tahun seri . . . . asal harga keterangan", 2);
        let columns = sheet(one).columns(&Mapping::new()).unwrap();
        assert!(columns.thousands && !columns.own);
        let two = "No;Kode Barang;Jenis Barang/Nama Barang;Nomor Register;Merk/Type;Ukuran/CC;Bahan;Tahun Pembelian;\
            Nomor;;;;;Asal usul;Harga;Ket.\n;;;;;;;;Pabrik;Rangka;Mesin;Polisi;BPKB;;;";
        check(two, ". kode nama register merek ukuran bahan tahun seri . . . . asal harga keterangan", 2);
    }

    #[test]
    fn the_headings_of_permendagri_47() {
        let text = "No;NIBAR;Kode Barang;Nama Barang;Spesifikasi Nama Barang;Merek/Tipe;Spesifikasi Lainnya;\
            Nomor Seri Pabrik;Tahun/Tanggal Perolehan;Cara Perolehan;Jumlah;Satuan;Harga Satuan;Nilai Perolehan;\
            Kondisi;Lokasi/Ruang;Pemegang;Status Penggunaan;Keterangan";
        let expected = ". nibar kode . nama merek ukuran seri tahun-tanggal asal jumlah . harga . kondisi ruang \
            pemegang . keterangan";
        check(text, expected, 1);
    }

    #[test]
    fn a_person_can_point_columns_out() {
        let text = "Barang;S/N;Kode Barang;Merk\nNAS;1;2;3";
        let mapping =
            Mapping::from([("barang".into(), Some(Target::Field(Field::Name))), ("merk".into(), None)]);
        let columns = sheet(text).columns(&mapping).unwrap();
        let slugs: Vec<_> = columns.targets.iter().map(|it| it.map_or(".", Target::slug)).collect();
        assert_eq!(slugs, ["nama", "seri", "kode", "."]);
        assert!(sheet("a;b;c\n1;2;3").columns(&Mapping::new()).is_none());
    }

    #[test]
    fn every_target_is_found_by_its_name() {
        for target in Target::all() {
            assert_eq!(Target::of_slug(target.slug()), Some(target));
        }
    }
}
