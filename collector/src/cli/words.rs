//! Clap's own words, in Indonesian: help headings, and what is wrong with a command line.

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

const TEMPLATE: &str = "{about-with-newline}\nPemakaian: {usage}\n\n{all-args}{after-help}";

/// What is printed instead of running: help, the version, or what was written wrongly.
#[derive(Debug)]
pub(crate) struct Words(pub(super) clap::Error);

impl Words {
    /// Prints help and version to standard output, faults to standard error; the exit code that goes with it.
    pub(crate) fn print(&self) -> ExitCode {
        let text = self.text();
        if self.0.use_stderr() {
            let _ = write!(std::io::stderr(), "{text}");
            return ExitCode::from(2);
        }
        let _ = write!(std::io::stdout(), "{text}");
        ExitCode::SUCCESS
    }

    /// The text to print.
    pub(super) fn text(&self) -> String {
        let sentence = match self.0.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::DisplayVersion => {
                return self.0.to_string();
            }
            kind => self.sentence(kind),
        };
        format!("Kesalahan: {sentence}.\nBantuan: tambahkan --help pada perintah itu.\n")
    }

    fn sentence(&self, kind: ErrorKind) -> String {
        let argument = self.context(ContextKind::InvalidArg);
        let value = self.context(ContextKind::InvalidValue);
        match kind {
            ErrorKind::InvalidSubcommand => {
                let command = self.context(ContextKind::InvalidSubcommand);
                format!("perintah `{command}` tidak dikenal{}", self.meant(ContextKind::SuggestedSubcommand))
            }
            ErrorKind::UnknownArgument => {
                format!("pilihan `{argument}` tidak dikenal{}", self.meant(ContextKind::SuggestedArg))
            }
            ErrorKind::MissingRequiredArgument => format!("kurang: {argument}"),
            ErrorKind::MissingSubcommand => "perintahnya belum disebut".to_owned(),
            ErrorKind::InvalidValue if value.is_empty() => format!("`{argument}` memerlukan nilai"),
            ErrorKind::InvalidValue => {
                let choices = self.context(ContextKind::ValidValue);
                format!("nilai `{value}` untuk `{argument}` tidak dikenal; pilih {choices}")
            }
            ErrorKind::ValueValidation => {
                let why =
                    std::error::Error::source(&self.0).map(|why| format!(": {why}")).unwrap_or_default();
                format!("nilai `{value}` untuk `{argument}` tidak dapat dipakai{why}")
            }
            ErrorKind::ArgumentConflict => format!("`{argument}` tertulis dua kali atau bertentangan"),
            _ => format!("perintah tidak dapat dibaca ({kind})"),
        }
    }

    /// `; mungkin maksudnya …`, the likeliest of what clap suggests (it puts that last).
    fn meant(&self, kind: ContextKind) -> String {
        let meant = match self.0.get(kind) {
            Some(ContextValue::String(text)) => text.as_str(),
            Some(ContextValue::Strings(texts)) => texts.last().map_or("", String::as_str),
            _ => "",
        };
        if meant.is_empty() { String::new() } else { format!("; mungkin maksudnya `{meant}`") }
    }

    fn context(&self, kind: ContextKind) -> String {
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => text.clone(),
            Some(ContextValue::Strings(texts)) => texts.join(", "),
            _ => String::new(),
        }
    }
}

/// `command` and all below it, with Indonesian headings.
pub(super) fn indonesian(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_version_flag(true).arg(version.help("Tampilkan versi"));
    below(command, "patuh-collector")
}

fn below(command: Command, path: &str) -> Command {
    let usage = usage(&command, path);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Tampilkan bantuan ini");
    let command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .help_template(TEMPLATE)
        .subcommand_help_heading("Perintah")
        .subcommand_value_name("PERINTAH")
        .override_usage(usage)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "Masukan" } else { "Pilihan" };
            let takes_value = arg.get_action().takes_values();
            let arg = arg.help_heading(heading);
            if takes_value { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
        });
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |command| below(command, &path))
    })
}

/// `patuh-collector token create --opd <KODE> [PILIHAN]`.
fn usage(command: &Command, path: &str) -> String {
    if command.has_subcommands() {
        return format!("{path} PERINTAH");
    }
    let mut words = vec![path.to_owned()];
    words.extend(command.get_arguments().filter(|arg| arg.is_required_set()).map(shape));
    words.extend(
        command
            .get_positionals()
            .filter(|arg| !arg.is_required_set())
            .map(|arg| shape(arg).replace('<', "[").replace('>', "]")),
    );
    words.push("[PILIHAN]".to_owned());
    words.join(" ")
}

/// `--opd <KODE>` or `<ID>`. (An `Arg` can say this of itself only once its command is built.)
fn shape(arg: &Arg) -> String {
    let value = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
    arg.get_long().map_or_else(|| format!("<{value}>"), |long| format!("--{long} <{value}>"))
}
