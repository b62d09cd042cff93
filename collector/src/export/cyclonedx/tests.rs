use jiff::Timestamp;
use patuh_protocol::id::AgentId;

use super::*;

fn server(n: u8, last_report: Option<&str>) -> ServerRow {
    let (agent, at) = (AgentId::of_key(&[n; 32]), Timestamp::UNIX_EPOCH);
    let last_report = last_report.map(|text| text.parse().unwrap());
    ServerRow { last_report, ..ServerRow::named(agent, "dinkes", &format!("srv{n}"), at) }
}

#[test]
fn a_serial_number_follows_from_the_reports() {
    let of = |at| serial_number(&[server(1, at)]);
    let text = of(Some("2026-11-22T03:00:00Z"));
    assert_eq!(text, of(Some("2026-11-22T03:00:00Z")));
    assert_ne!(text, of(Some("2026-11-22T04:00:00Z")));
    assert_ne!(text, serial_number(&[server(2, Some("2026-11-22T03:00:00Z"))]));
    let groups: Vec<_> = text.strip_prefix("urn:uuid:").unwrap().split('-').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(groups[2].starts_with('8'), "version 8: {text}");
    assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "variant: {text}");
}
