//! The arguments. Names are stable: scripts and units rely on them.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;
use patuh_collector::export::{Conditions, Format, List};
use patuh_protocol::id::{AgentId, Code};

use super::import::ImportCommand;
use super::words::{self, Words};

/// What was asked for.
#[derive(Debug, Parser)]
#[command(
    name = "patuh-collector",
    version,
    about = "Kolektor pusat Patuh: menerima laporan server, menyimpan dan menilainya",
    after_help = "Contoh:
  patuh-collector check-config                     periksa /etc/patuh/collector.toml
  patuh-collector serve                            jalankan kolektor
  patuh-collector token create --opd dinkes        satu token untuk satu server Dinas Kesehatan
  patuh-collector ledger verify                    periksa seluruh buku bukti

Kode keluar: 0 berhasil, 1 gagal, 2 perintah salah tulis, 3 buku bukti tidak utuh."
)]
pub(crate) struct Arguments {
    /// Berkas konfigurasi (bawaan: /etc/patuh/collector.toml)
    #[arg(long, global = true, value_name = "BERKAS", default_value = "/etc/patuh/collector.toml")]
    pub(super) config: PathBuf,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Jalankan kolektor: pintu agen dan halaman petugas
    #[command(after_help = "Contoh:
  patuh-collector serve --config /etc/patuh/collector.toml

Saat pertama dijalankan dibuat CA, kunci buku bukti, dan pengguna admin; kata sandinya ada
di first-login.txt dalam direktori `state`. Isi log diatur dengan RUST_LOG (bawaan: info).")]
    Serve,
    /// Token pendaftaran agen
    #[command(subcommand)]
    Token(TokenCommand),
    /// Token untuk program yang membaca API
    #[command(subcommand)]
    ApiToken(ApiTokenCommand),
    /// Agen yang terdaftar
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Pengguna halaman
    #[command(subcommand)]
    User(UserCommand),
    /// Nilai kepatuhan sekarang, setiap temuan dengan dasar hukumnya
    Evaluate(Evaluate),
    /// Simpan sebuah daftar ke berkas: inventaris, KIB, KIR, SBOM dan lainnya
    Export(Export),
    /// Masukkan daftar dari berkas ke dalam register
    #[command(subcommand)]
    Import(ImportCommand),
    /// Buku bukti
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Penyimpanan
    #[command(subcommand)]
    Store(StoreCommand),
    /// Periksa konfigurasi dan paket aturannya, semua kesalahan sekaligus
    #[command(after_help = "Contoh:
  patuh-collector check-config
  patuh-collector check-config /etc/patuh/collector.toml.baru")]
    CheckConfig {
        /// Berkas yang diperiksa (bawaan: nilai --config)
        #[arg(value_name = "BERKAS")]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Buat token sekali pakai; satu token mendaftarkan satu server
    #[command(after_help = "Contoh:
  patuh-collector token create --opd dinkes
  patuh-collector token create --opd dinkes --site pusat-data --count 20 > token.txt

Token ditampilkan sekali ini saja, satu per baris; kolektor hanya menyimpan sidiknya.
Pada server:
  patuh-agent enrol --collector https://ALAMAT:8443 --token TOKEN")]
    Create(TokenCreate),
}

#[derive(Debug, Args)]
pub(super) struct TokenCreate {
    /// Kode perangkat daerah pemilik server
    #[arg(long, value_name = "KODE")]
    pub(super) opd: Code,
    /// Kode lokasi tempat server berada, bila sudah diketahui
    #[arg(long, value_name = "KODE")]
    pub(super) site: Option<Code>,
    /// Banyaknya token, paling banyak 1000 (bawaan: 1)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count)]
    pub(super) count: u32,
    /// Masa berlaku dalam jam, paling lama 2160 (bawaan: 72)
    #[arg(long, value_name = "JAM", default_value_t = 72, value_parser = hours)]
    pub(super) valid_hours: u32,
}

#[derive(Debug, Subcommand)]
pub(super) enum ApiTokenCommand {
    /// Buat token API; ditampilkan sekali ini saja
    #[command(after_help = "Contoh:
  patuh-collector api-token create --name zabbix
  patuh-collector api-token create --name \"aplikasi aset BKAD\" --opd bkad --valid-days 90

Pemakaiannya: curl -H \"Authorization: Bearer TOKEN\" https://ALAMAT/api/v1/servers")]
    Create(ApiTokenCreate),
    /// Daftar semua token API, dengan pemakaian terakhirnya
    List,
    /// Cabut sebuah token API: sejak permintaan berikutnya ditolak
    Revoke {
        /// ID token: 8 digit heksadesimal
        #[arg(value_name = "ID")]
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct ApiTokenCreate {
    /// Untuk apa token ini, misalnya nama programnya
    #[arg(long, value_name = "NAMA")]
    pub(super) name: String,
    /// Hanya data perangkat daerah ini (bawaan: semua)
    #[arg(long, value_name = "KODE")]
    pub(super) opd: Option<Code>,
    /// Masa berlaku dalam hari, paling lama 730 (bawaan: 365)
    #[arg(long, value_name = "HARI", default_value_t = 365, value_parser = days)]
    pub(super) valid_days: u32,
}

#[derive(Debug, Subcommand)]
pub(super) enum AgentCommand {
    /// Cabut sebuah agen: sejak permintaan berikutnya laporannya ditolak
    #[command(after_help = "Contoh:
  patuh-collector agent revoke 5f3a9c0de1b24c7f8a6b5d4e3f2a1b0c

ID agen ada pada halaman server dan pada `patuh-agent status`. Laporan yang sudah diterima
tetap ada.")]
    Revoke {
        /// ID agen: 32 digit heksadesimal
        #[arg(value_name = "ID")]
        id: AgentId,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Buat pengguna, atau ganti kata sandinya; kata sandi dibaca dari masukan standar
    #[command(after_help = "Contoh:
  patuh-collector user password siti               lalu ketik kata sandinya
  patuh-collector user password siti < berkas      baris pertama berkas

Semua sesi pengguna itu berakhir.")]
    Password {
        /// Nama pengguna
        #[arg(value_name = "NAMA")]
        name: String,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Contoh:
  patuh-collector evaluate
  patuh-collector evaluate --json > penilaian.json
  patuh-collector evaluate --at 2026-12-31T17:00:00Z")]
pub(super) struct Evaluate {
    /// Tulis sebagai JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Nilai data yang ada seolah-olah pada waktu ini, misalnya 2026-12-31T17:00:00Z
    #[arg(long, value_name = "WAKTU", value_parser = time)]
    pub(super) at: Option<Timestamp>,
}

#[derive(Debug, Args)]
#[command(after_help = "Contoh:
  patuh-collector export servers --format xlsx -o server.xlsx
  patuh-collector export packages --format csv --opd dinkes -o paket.csv
  patuh-collector export cyclonedx --format json --agent 5f3a9c0de1b24c7f8a6b5d4e3f2a1b0c -o sbom.json")]
pub(super) struct Export {
    /// Daftar yang disimpan
    #[arg(value_name = "DAFTAR", value_parser = one_of(List::ALL.map(List::name), List::named))]
    pub(super) list: List,
    /// Bentuk berkas
    #[arg(long, value_name = "BENTUK", value_parser = one_of(Format::ALL.map(Format::extension), Format::of_extension))]
    pub(super) format: Format,
    /// Hanya dari perangkat daerah ini
    #[arg(long, value_name = "KODE")]
    pub(super) opd: Option<Code>,
    /// Hanya dari server dengan ID agen ini
    #[arg(long, value_name = "ID")]
    pub(super) agent: Option<AgentId>,
    /// Hanya aset di ruang ini
    #[arg(long, value_name = "NAMA")]
    pub(super) room: Option<String>,
    /// Kata untuk kondisi barang: huruf (B, KB, RB) atau kata (Baik, Rusak Ringan, Rusak Berat)
    #[arg(long, value_name = "KATA", default_value = "huruf", value_parser = one_of(Conditions::ALL.map(Conditions::slug), Conditions::of_slug))]
    pub(super) conditions: Conditions,
    /// Berkas tujuan
    #[arg(short, long, value_name = "BERKAS")]
    pub(super) output: PathBuf,
}

/// Reads one of `names`, each of which `find` knows.
fn one_of<T: Clone + Send + Sync + 'static>(
    names: impl Into<PossibleValuesParser>,
    find: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    names.into().try_map(move |name| find(&name).ok_or("tidak dikenal"))
}

#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Hitung ulang seluruh buku bukti; bila ada yang berubah, sebutkan entri pertama yang salah
    #[command(after_help = "Contoh:
  patuh-collector ledger verify
  patuh-collector ledger verify --anchor checkpoint-dinkes.txt

Kode keluar 3 bila tidak utuh. Checkpoint lama (berkas `checkpoint` milik agen, atau dari berita
acara) membuktikan bahwa buku bukti tidak ditulis ulang seluruhnya.")]
    Verify {
        /// Berkas checkpoint lama yang harus masih berlaku; boleh berkali-kali
        #[arg(long, value_name = "BERKAS")]
        anchor: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum StoreCommand {
    /// Susun ulang tabel keadaan kini dari laporan dalam buku bukti
    #[command(after_help = "Contoh:
  patuh-collector store rebuild")]
    Rebuild,
}

fn count(text: &str) -> Result<u32, String> {
    within(text, 1000)
}

fn hours(text: &str) -> Result<u32, String> {
    within(text, 2160)
}

fn days(text: &str) -> Result<u32, String> {
    within(text, 730)
}

fn within(text: &str, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("harus bilangan bulat dari 1 sampai {most}"))
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "harus waktu seperti 2026-12-31T17:00:00Z atau 2027-01-01T00:00+07:00".to_owned())
}

impl Arguments {
    /// Reads this program's arguments.
    ///
    /// # Errors
    /// The words to print instead: help, version, or what was written wrongly.
    pub(crate) fn read() -> Result<Self, Words> {
        Self::of(std::env::args_os())
    }

    fn of(arguments: impl IntoIterator<Item = impl Into<std::ffi::OsString> + Clone>) -> Result<Self, Words> {
        let command = words::indonesian(Self::command());
        let matches = command.try_get_matches_from(arguments).map_err(Words)?;
        Self::from_arg_matches(&matches).map_err(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let words = Arguments::of(line.split(' ')).map(|_| ()).unwrap_err().text();
        assert!(words.contains(expected), "{line}: {words}");
    }

    #[test]
    fn the_stable_commands_are_read() {
        for line in [
            "serve --config c.toml",
            "--config c.toml token create --opd dinkes",
            "token create --opd dinkes --site pusat-data --count 20 --valid-hours 72 --config c.toml",
            "agent revoke 5f3a9c0de1b24c7f8a6b5d4e3f2a1b0c",
            "user password siti",
            "evaluate --json --at 2026-12-31T17:00:00Z",
            "export servers --format csv -o server.csv",
            "export kib-b --format xlsx --opd dinkes --room Gudang --conditions kata -o kib.xlsx",
            "api-token create --name zabbix --opd dinkes --valid-days 30",
            "api-token list",
            "api-token revoke 0a1b2c3d",
            "import assets daftar.xlsx --dry-run --opd dinkes --thousands",
            "import ip-plan rencana.csv --dry-run",
            "ledger verify --anchor a.txt --anchor b.txt",
            "store rebuild",
            "check-config c.toml",
        ] {
            Arguments::of(format!("patuh-collector {line}").split(' ')).unwrap();
        }
    }

    #[test]
    fn what_is_written_wrongly_is_said_in_indonesian() {
        check("patuh-collector", "Pemakaian: patuh-collector PERINTAH");
        check("patuh-collector serv", "perintah `serv` tidak dikenal; mungkin maksudnya `serve`.");
        check("patuh-collector serve --verbose", "pilihan `--verbose` tidak dikenal");
        check("patuh-collector token create", "kurang: --opd <KODE>");
        check(
            "patuh-collector token create --opd 2x",
            "nilai `2x` untuk `--opd <KODE>` tidak dapat dipakai: kode",
        );
        check(
            "patuh-collector token create --opd a --count 0",
            "nilai `0` untuk `--count <N>` tidak dapat dipakai: harus bilangan bulat dari 1 sampai 1000",
        );
        check("patuh-collector evaluate --at besok", "harus waktu seperti 2026-12-31T17:00:00Z");
        check("patuh-collector export gudang --format csv -o x", "pilih servers, packages");
        check("patuh-collector token create --opd", "`--opd <KODE>` memerlukan nilai");
    }

    #[test]
    fn help_is_in_indonesian_throughout() {
        for path in [
            "",
            "serve",
            "token",
            "token create",
            "agent revoke",
            "api-token create",
            "api-token revoke",
            "user password",
            "evaluate",
            "export",
            "import assets",
            "import ip-plan",
            "ledger verify",
            "store rebuild",
            "check-config",
        ] {
            let line = format!("patuh-collector {path} --help").replace("  ", " ");
            let help = Arguments::of(line.split(' ')).map(|_| ()).unwrap_err().text();
            for english in [
                "Usage",
                "Options",
                "Commands",
                "Arguments",
                "Print",
                "default",
                "possible values",
                "OPTIONS",
                "COMMAND",
            ] {
                assert!(!help.contains(english), "{english} in the help of {path}:\n{help}");
            }
        }
    }
}
