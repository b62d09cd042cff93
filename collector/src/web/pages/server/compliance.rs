//! How the duties stand of which a server is the subject.

use askama::Template;
use patuh_compliance::finding::Subject;

use super::super::super::shell::Shell;
use super::super::{FindingLine, findings, urgency};
use super::{Around, Frame};
use crate::tasks::evaluate::Judged;

#[derive(Template)]
#[template(path = "server_compliance.html")]
pub(crate) struct Compliance {
    shell: Shell,
    frame: Frame,
    findings: Vec<FindingLine>,
}

impl Compliance {
    /// The findings of the server of `agent`.
    pub(crate) fn new(around: Around, judged: &Judged, agent: &str) -> Self {
        let (shell, frame) = around;
        Self { shell, frame, findings: findings_of(judged, agent) }
    }
}

/// The findings of the server of `agent`, those that need somebody first.
pub(super) fn findings_of(judged: &Judged, agent: &str) -> Vec<FindingLine> {
    let own = |f: &&patuh_compliance::Finding| matches!(&f.subject, Subject::Server(id) if id == agent);
    let mut own: Vec<_> = findings(judged).filter(own).collect();
    own.sort_by_key(|finding| urgency(finding));
    own.into_iter().map(|finding| FindingLine::new(judged, finding)).collect()
}
