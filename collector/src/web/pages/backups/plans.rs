//! Planned jobs beside what happened.

use patuh_compliance::estate::{Known, Plan, Server};

use super::super::super::format::{Format, span};
use super::super::section::{Cell, Sign, Table};

/// The plan beside what happened; of one tool, or of all.
pub(crate) fn plans(server: &Server, tool: Option<&str>, format: &Format) -> Option<Table> {
    let Known::Yes(plans) = &server.plans else { return None };
    let own = plans.iter().filter(|plan| tool.is_none_or(|tool| plan.tool == tool));
    let rows: Vec<_> = own.map(|plan| plan_row(plan, format)).collect();
    let columns = ["Rencana", "Jadwal", "Paling jarang", "Terakhir berjalan", "Keadaan"];
    (!rows.is_empty()).then(|| Table::new("Rencana, dan yang terjadi", &columns, rows))
}

fn plan_row(plan: &Plan, format: &Format) -> Vec<Cell> {
    let age = plan.last_ran.map(|at| format.now().duration_since(at).as_hours());
    let late = plan.every_hours.zip(age).is_some_and(|(every, age)| age > i64::from(every) + 2);
    let (sign, word) = match (plan.enabled, plan.last_exit, plan.last_ran) {
        (Some(false), _, _) => (Sign::Wrong, "Dimatikan".to_owned()),
        (_, Some(exit), _) if exit != 0 => (Sign::Wrong, format!("Gagal, kode {exit}")),
        (_, _, None) => (Sign::Unknown, "Belum terlihat berjalan".to_owned()),
        _ if late => (Sign::Wrong, "Terlewat".to_owned()),
        _ => (Sign::Well, "Sesuai jadwal".to_owned()),
    };
    vec![
        Cell::code(plan.name.clone()).small(plan.tool.clone()),
        Cell::code(plan.schedule.clone()),
        Cell::text(plan.every_hours.map(|hours| span(i64::from(hours) * 3_600)).unwrap_or_default()),
        Cell::text(plan.last_ran.map(|at| format.when(at).short).unwrap_or_default()),
        Cell::signed(sign, word),
    ]
}
