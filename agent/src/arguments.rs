//! What can be typed behind `patuh-agent`, with the help for it.

use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{Parser, Subcommand};
use patuh_agent::lldp;
use patuh_agent::record::Told;
use patuh_protocol::enrolment::Token;

/// Agen Patuh: membaca inventaris dan status pencadangan server ini, lalu melaporkannya ke Kolektor Pusat.
#[derive(Parser)]
#[command(name = "patuh-agent", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true, subcommand_help_heading = "Perintah", subcommand_required = true)]
#[command(override_usage = "patuh-agent PERINTAH [PILIHAN]", help_template = TEMPLATE, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Berkas konfigurasi; bawaannya /etc/patuh/agent.toml, dan boleh tidak ada
    #[arg(long, value_name = "BERKAS", global = true, help_heading = "Pilihan")]
    pub(crate) config: Option<PathBuf>,
    /// Tampilkan bantuan ini
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::HelpShort, help_heading = "Pilihan")]
    help: Option<bool>,
    /// Tampilkan versi
    #[arg(long, short = 'V', action = clap::ArgAction::Version, help_heading = "Pilihan")]
    version: Option<bool>,
}

const TEMPLATE: &str = "{about}\n\nPemakaian: {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
Contoh:
  patuh-agent report --pretty          lihat laporan server ini; tidak ada yang dikirim
  sudo patuh-agent enrol --collector https://patuh.contoh.go.id:8443 --token TOKEN
                                       daftarkan server ini, sekali saja
  sudo patuh-agent status              bagaimana keadaan agen
  sudo patuh-agent drill               latih pemulihan semua cadangan, sekarang
  patuh-agent check-config             periksa /etc/patuh/agent.toml

Sesudah didaftarkan, agen dijalankan systemd: patuh-sense (membaca) dan patuh-send (mengirim).";

const DRILLS: &str = "\
Repositori tidak dikunci dan tidak ditulisi; folder sementara selalu dibersihkan. Hasilnya dicatat dan ikut laporan
berikutnya. Kode keluar 1 bila ada yang tidak kembali sebagaimana mestinya.

Contoh:
  sudo patuh-agent drill                    latih semua cadangan di /etc/patuh/agent.toml
  sudo patuh-agent drill --set berkas-harian";

/// What is to be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tampilkan laporan server ini sebagai JSON; tidak ada yang dikirim
    #[command(override_usage = "patuh-agent report [PILIHAN]", help_template = TEMPLATE)]
    Report {
        /// Baca server yang disimpan dalam direktori ini, bukan server ini
        #[arg(long, value_name = "DIREKTORI", help_heading = "Pilihan")]
        root: Option<PathBuf>,
        /// Tulis JSON berbaris-baris agar mudah dibaca
        #[arg(long, help_heading = "Pilihan")]
        pretty: bool,
    },
    /// Daftarkan server ini: buat kunci dan minta sertifikat
    #[command(help_template = TEMPLATE)]
    #[command(override_usage = "patuh-agent enrol --collector ALAMAT --token TOKEN [PILIHAN]")]
    Enrol {
        /// Alamat Kolektor Pusat, misalnya https://patuh.contoh.go.id:8443
        #[arg(long, value_name = "ALAMAT", help_heading = "Pilihan")]
        collector: String,
        /// Token Pendaftaran dari Dinas Kominfo; berlaku sekali
        #[arg(long, value_name = "TOKEN", help_heading = "Pilihan")]
        token: Token,
    },
    /// Baca dan kirim sekaligus, dalam satu proses, sampai dihentikan
    #[command(override_usage = "patuh-agent run [PILIHAN]", help_template = TEMPLATE)]
    Run,
    /// Hanya baca server menurut jadwal; tidak pernah membuka sambungan ke jaringan
    #[command(override_usage = "patuh-agent sense [PILIHAN]", help_template = TEMPLATE)]
    Sense,
    /// Hanya kirim laporan yang menunggu; tidak perlu hak membaca server
    #[command(override_usage = "patuh-agent send [PILIHAN]", help_template = TEMPLATE)]
    Send,
    /// Dengarkan pengumuman switch (LLDP, CDP, EDP); tidak pernah mengirim apa pun
    #[command(override_usage = "patuh-agent lldp [PILIHAN]", help_template = TEMPLATE)]
    Lldp {
        /// Tempat yang terdengar disimpan
        #[arg(long, value_name = "DIREKTORI", default_value = lldp::FOLDER, help_heading = "Pilihan")]
        folder: PathBuf,
    },
    /// Tampilkan keadaan agen: laporan dan bukti terima terakhir, yang menunggu, masalah
    #[command(override_usage = "patuh-agent status [PILIHAN]", help_template = TEMPLATE)]
    Status {
        /// Tulis sebagai JSON, untuk program lain
        #[arg(long, help_heading = "Pilihan")]
        json: bool,
    },
    /// Catat hasil satu kali pencadangan; dipanggil oleh skrip pencadangan itu sendiri
    #[command(override_usage = "patuh-agent record backup --set NAMA [PILIHAN] < KELUARAN", help_template = TEMPLATE)]
    #[command(subcommand_help_heading = "Perintah", disable_help_subcommand = true)]
    Record {
        #[command(subcommand)]
        what: Recorded,
    },
    /// Latih pemulihan: kembalikan sebagian isi cadangan terbaru ke folder sementara, dan periksa
    #[command(override_usage = "patuh-agent drill [PILIHAN]", help_template = TEMPLATE, after_help = DRILLS)]
    Drill {
        /// Hanya cadangan yang bernama ini di agent.toml; bawaannya semua
        #[arg(long, value_name = "NAMA", help_heading = "Pilihan")]
        set: Option<String>,
        /// Atas permintaan jadwal, bukan orang
        #[arg(long, hide = true)]
        scheduled: bool,
    },
    /// Periksa berkas konfigurasi dan tunjukkan semua kesalahannya
    #[command(override_usage = "patuh-agent check-config [BERKAS]", help_template = TEMPLATE)]
    CheckConfig {
        /// Berkas yang diperiksa; bawaannya /etc/patuh/agent.toml
        #[arg(value_name = "BERKAS", help_heading = "Pilihan")]
        file: Option<PathBuf>,
    },
}

/// What a job may tell of.
#[derive(Subcommand)]
pub(crate) enum Recorded {
    /// Satu kali pencadangan: keluaran restic atau borg dengan --json, kode keluar, atau berkas dump
    #[command(override_usage = "patuh-agent record backup --set NAMA [PILIHAN] < KELUARAN", help_template = TEMPLATE)]
    Backup(#[command(flatten)] Told),
}

/// Wrong arguments, in one Indonesian sentence.
pub(crate) fn misused(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (argument, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("pilihan {argument} tidak dikenal"),
        ErrorKind::InvalidSubcommand => {
            format!("perintah {} tidak dikenal", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "perintah belum disebut".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("yang wajib belum disebut: {argument}"),
        ErrorKind::ArgumentConflict => format!("pilihan {argument} disebut lebih dari sekali"),
        ErrorKind::InvalidValue if value.is_empty() => format!("pilihan {argument} belum diberi nilai"),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("nilai untuk {argument} tidak dapat dipakai: {why}")
        }
        _ => error.to_string(),
    };
    format!("{what}. Lihat patuh-agent --help")
}
