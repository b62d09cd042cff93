//! The closed list of algorithms, and their parameters by name.

use serde::Deserialize;

use crate::estate::Grade;

/// The closed list of algorithms. A number here that no law gives is `kebijakan Dinas`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Check {
    /// The server stands in the Pusat Data.
    Placement {
        /// "data dan/atau server": a server outside passes when its data is in the Pusat Data.
        #[serde(default)]
        data_suffices: bool,
        /// A server of a Perangkat Daerah Mandiri TIK outside the Pusat Data goes to a person.
        #[serde(default)]
        mandiri_tik_review: bool,
        /// A Pusat Pemulihan Bencana is a lawful place too.
        #[serde(default)]
        recovery_centre: bool,
        /// Where `data_suffices`: the oldest a copy in the Pusat Data may be, in hours.
        #[serde(default)]
        max_age_hours: Option<u32>,
        /// Where `data_suffices`: the least evidence for that copy.
        #[serde(default)]
        least_grade: Option<Grade>,
    },
    /// The server's data is backed up into the Pusat Data.
    BackupToDataCentre {
        /// The oldest a copy of databases may be, in hours.
        database_hours: u32,
        /// The oldest a copy of files may be, in hours.
        files_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// Both file system and databases are backed up, wherever.
    BackupBothKinds {
        /// The oldest a copy of databases may be, in hours.
        database_hours: u32,
        /// The oldest a copy of files may be, in hours.
        files_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// A copy lies on a portable medium or in a place apart from the server's room.
    SeparateCopy {
        /// The oldest a copy in another place may be, in hours.
        apart_hours: u32,
        /// The oldest a copy on a portable medium may be, in hours.
        portable_hours: u32,
        /// Where set: a portable medium must stand in the register of media with its place and its keeper, and
        /// have been seen there within so many days.
        #[serde(default)]
        medium_seen_days: Option<u32>,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// Every data store that was found on the server lies in a backup.
    StoresCovered {
        /// The oldest a copy of a database may be, in hours.
        database_hours: u32,
        /// The oldest a copy of anything else may be, in hours.
        files_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
        /// Only copies in the Pusat Data count.
        #[serde(default)]
        in_data_centre: bool,
        /// The host's own configuration is asked for too.
        #[serde(default)]
        configuration: bool,
    },
    /// A backup was brought back, and not only made.
    RecoveryDrilled {
        /// The oldest the newest drill may be, in days.
        max_age_days: u32,
        /// The longest a drill may take, in minutes.
        max_minutes: u32,
        /// Every set is to be drilled, and not only one of the server's.
        #[serde(default)]
        every_set: bool,
        /// What is not proven is a breach, and does not merely go to a person.
        #[serde(default)]
        strict: bool,
    },
    /// Recovery points are there as far back as they should be.
    RetentionHeld {
        /// How far back, in days.
        keep_days: u32,
        /// The fewest recovery points.
        least_points: u32,
    },
    /// Planned jobs run when they should.
    ScheduleKept {
        /// How much later than planned a run may be, in hours.
        grace_hours: u32,
    },
    /// Copies that leave the server lie encrypted.
    EncryptedAtTarget {},
    /// Whoever holds the server cannot delete its copies.
    DeletionResistant {
        /// How long a witness must have watched for "nothing vanished" to say something, in days.
        watched_days: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// The content of the copies was found sound.
    IntegrityVerified {
        /// The oldest the newest examination may be, in days.
        max_age_days: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
        /// What is not proven is a breach, and does not merely go to a person.
        #[serde(default)]
        strict: bool,
    },
    /// Nothing that was seen speaks against the content of the copies: empty, cut off, shrunk.
    ContentSane {},
    /// A second person can open what lies encrypted.
    KeyEscrowed {
        /// The oldest the newest attestation may be, in days.
        max_age_days: u32,
        /// What is not proven is a breach, and does not merely go to a person.
        #[serde(default)]
        strict: bool,
    },
    /// The office has handed in the diagram of its LAN, and the Dinas has received it.
    LanDiagram {
        /// Within how many days after a change was certain.
        report_days: u32,
        /// The duty arises with a change; else it is there from the beginning.
        #[serde(default)]
        when_changed: bool,
    },
    /// The office has reported each change of its LAN, and the Dinas has received it.
    LanChanges {
        /// Within how many days after the change was certain.
        report_days: u32,
    },
    /// The addresses of the office's servers are those of the Dinas's plan.
    AddressesPlanned {},
    /// The office comes to the Internet by the Dinas only.
    InternetByDinas {
        /// A second way out is a breach, and does not merely go to a person.
        #[serde(default)]
        strict: bool,
    },
    /// The office uses the intranet.
    IntranetUsed {
        /// An office that is not connected yet goes by secured Internet.
        #[serde(default)]
        secured_internet: bool,
    },
    /// The Dinas reaches the office's LAN, or manages it.
    LanReachable {
        /// How young an answer must be, in hours.
        answered_hours: u32,
        /// After how long without one it is not reached, in days.
        never_days: u32,
    },
}

/// Where a parameter is kept.
pub(super) enum Slot<'a> {
    Number(&'a mut u32),
    NumberIfAny(&'a mut Option<u32>),
    Flag(&'a mut bool),
    Grade(&'a mut Grade),
    GradeIfAny(&'a mut Option<Grade>),
}

/// What a parameter is set to.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Number(u32),
    Flag(bool),
    Grade(Grade),
}

impl Check {
    /// Whether it asks an office, and not each of its servers.
    #[must_use]
    pub const fn is_of_an_office(&self) -> bool {
        matches!(
            self,
            Self::LanDiagram { .. }
                | Self::LanChanges { .. }
                | Self::AddressesPlanned {}
                | Self::InternetByDinas { .. }
                | Self::IntranetUsed { .. }
                | Self::LanReachable { .. }
        )
    }

    /// The names of its parameters that a [`super::Policy`] can set.
    #[must_use]
    pub fn parameters(&self) -> Vec<&'static str> {
        self.clone().slots().into_iter().map(|(key, _)| key).collect()
    }

    /// Sets a parameter; false when it has none of this name.
    pub(super) fn set(&mut self, key: &str, value: Value) -> bool {
        self.slots().into_iter().find(|(own, _)| *own == key).is_some_and(|(_, slot)| slot.take(value))
    }

    /// What cannot be among its parameters, each with the key and what to do.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut own = self.clone();
        let zero = own.slots().into_iter().filter(|(_, slot)| slot.is_zero());
        let mut faults: Vec<String> =
            zero.map(|(key, _)| format!("`{key}` harus lebih dari 0{}", unit(key))).collect();
        if let Self::Placement { data_suffices: true, max_age_hours, least_grade, .. } = self {
            let absent = [("max_age_hours", max_age_hours.is_none()), ("least_grade", least_grade.is_none())];
            faults.extend(
                absent.into_iter().filter(|(_, absent)| *absent).map(|(key, _)| {
                    format!("`data_suffices = true` memerlukan `{key}`: isikan juga batas itu")
                }),
            );
        }
        faults
    }

    /// Its parameters that the Dinas may set, by name. What the words of a law decide, such as whether copies
    /// elsewhere than in the Pusat Data count, is not among them.
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        use Slot::{Flag, Grade, GradeIfAny, Number, NumberIfAny};
        match self {
            Self::Placement { data_suffices, mandiri_tik_review, max_age_hours, least_grade, .. } => vec![
                ("data_suffices", Flag(data_suffices)),
                ("mandiri_tik_review", Flag(mandiri_tik_review)),
                ("max_age_hours", NumberIfAny(max_age_hours)),
                ("least_grade", GradeIfAny(least_grade)),
            ],
            Self::BackupToDataCentre { database_hours, files_hours, least_grade }
            | Self::BackupBothKinds { database_hours, files_hours, least_grade } => vec![
                ("database_hours", Number(database_hours)),
                ("files_hours", Number(files_hours)),
                ("least_grade", Grade(least_grade)),
            ],
            Self::SeparateCopy { apart_hours, portable_hours, medium_seen_days, least_grade } => vec![
                ("apart_hours", Number(apart_hours)),
                ("portable_hours", Number(portable_hours)),
                ("medium_seen_days", NumberIfAny(medium_seen_days)),
                ("least_grade", Grade(least_grade)),
            ],
            Self::StoresCovered { database_hours, files_hours, least_grade, configuration, .. } => vec![
                ("database_hours", Number(database_hours)),
                ("files_hours", Number(files_hours)),
                ("least_grade", Grade(least_grade)),
                ("configuration", Flag(configuration)),
            ],
            Self::RecoveryDrilled { max_age_days, max_minutes, every_set, strict } => vec![
                ("max_age_days", Number(max_age_days)),
                ("max_minutes", Number(max_minutes)),
                ("every_set", Flag(every_set)),
                ("strict", Flag(strict)),
            ],
            Self::RetentionHeld { keep_days, least_points } => {
                vec![("keep_days", Number(keep_days)), ("least_points", Number(least_points))]
            }
            Self::ScheduleKept { grace_hours } => vec![("grace_hours", Number(grace_hours))],
            Self::EncryptedAtTarget {}
            | Self::ContentSane {}
            | Self::AddressesPlanned {}
            | Self::IntranetUsed { .. } => vec![],
            Self::DeletionResistant { watched_days, least_grade } => {
                vec![("watched_days", Number(watched_days)), ("least_grade", Grade(least_grade))]
            }
            Self::IntegrityVerified { max_age_days, least_grade, strict } => vec![
                ("max_age_days", Number(max_age_days)),
                ("least_grade", Grade(least_grade)),
                ("strict", Flag(strict)),
            ],
            Self::KeyEscrowed { max_age_days, strict } => {
                vec![("max_age_days", Number(max_age_days)), ("strict", Flag(strict))]
            }
            Self::LanDiagram { report_days, .. } | Self::LanChanges { report_days } => {
                vec![("report_days", Number(report_days))]
            }
            Self::InternetByDinas { strict } => vec![("strict", Flag(strict))],
            Self::LanReachable { answered_hours, never_days } => {
                vec![("answered_hours", Number(answered_hours)), ("never_days", Number(never_days))]
            }
        }
    }
}

impl Slot<'_> {
    /// Puts a value in; false when it is of another kind.
    fn take(self, value: Value) -> bool {
        match (self, value) {
            (Self::Number(slot), Value::Number(number)) => *slot = number,
            (Self::NumberIfAny(slot), Value::Number(number)) => *slot = Some(number),
            (Self::Flag(slot), Value::Flag(flag)) => *slot = flag,
            (Self::Grade(slot), Value::Grade(grade)) => *slot = grade,
            (Self::GradeIfAny(slot), Value::Grade(grade)) => *slot = Some(grade),
            _ => return false,
        }
        true
    }

    fn is_zero(&self) -> bool {
        match self {
            Self::Number(number) => **number == 0,
            Self::NumberIfAny(number) => **number == Some(0),
            Self::Flag(_) | Self::Grade(_) | Self::GradeIfAny(_) => false,
        }
    }
}

/// The unit that a parameter's name ends in.
fn unit(key: &str) -> &'static str {
    match key.rsplit('_').next() {
        Some("hours") => " jam",
        Some("days") => " hari",
        Some("minutes") => " menit",
        _ => "",
    }
}
