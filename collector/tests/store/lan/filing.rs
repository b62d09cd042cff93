//! What officials do with reports: handing in, receiving, sending back, setting aside; and what follows.

use patuh_collector::lan::{Filing, FilingRefusal, Party, ReportStanding, Submission};
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::Leaf;

use super::{HOME, Net, decision, dinkes, done, minute, refused, submission};
use crate::bench::Bench;

pub(crate) async fn officials_hand_in_and_receive(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    let store = &bench.store;
    let submit = async |how: &Submission| {
        store.file_lan(1, Filing::Submit(how), "sari", &bench.signer, minute(20)).await.unwrap()
    };
    refused(&submit(&Submission { name: " ".into(), ..submission() }).await, FilingRefusal::NoName);
    refused(&submit(&Submission { after: 7, ..submission() }).await, FilingRefusal::Overtaken(1));
    refused(&submit(&Submission { diagram: String::new(), ..submission() }).await, FilingRefusal::NoDiagram);
    refused(&bench.submit(9, 1, 20).await, FilingRefusal::Unknown(9));
    refused(&bench.receive(1, 20).await, FilingRefusal::Stands(ReportStanding::Draft));
    assert_eq!(bench.acts_on_lans().await, [], "what is refused is no act");

    let filed = done(submit(&Submission { reason: "peninjauan\0 awal".into(), ..submission() }).await);
    let digest = Digest::of(b"<svg>satu</svg>");
    assert_eq!((filed.standing, filed.diagram), (ReportStanding::Submitted, Some(digest)));
    assert_eq!(store.lan_diagram(digest).await.unwrap().unwrap(), "<svg>satu</svg>");
    refused(&submit(&submission()).await, FilingRefusal::Stands(ReportStanding::Submitted));
    let by_office = decision(Party::Office, "");
    let receive =
        store.file_lan(1, Filing::Receive(&by_office), "sari", &bench.signer, minute(21)).await.unwrap();
    refused(&receive, FilingRefusal::NotTheDinas);

    // Sent back, handed in again with another diagram, received.
    let back = async |note| {
        store
            .file_lan(1, Filing::Return(&decision(Party::Dinas, note)), "budi", &bench.signer, minute(22))
            .await
    };
    refused(&back("").await.unwrap(), FilingRefusal::NoReason);
    let returned = done(back("namanya keliru").await.unwrap());
    assert_eq!((returned.standing, returned.diagram), (ReportStanding::Draft, None));
    done(
        submit(&Submission { diagram: "<svg>dua</svg>".into(), done_by: Party::Dinas, ..submission() }).await,
    );
    let received = done(bench.receive(1, 30).await);
    assert_eq!((received.standing, received.done_by), (ReportStanding::Received, Some(Party::Dinas)));
    assert_eq!(store.lan_report(1).await.unwrap().unwrap(), received);
    assert_eq!(store.lan_diagram(digest).await.unwrap().unwrap(), "<svg>satu</svg>", "it stays as it was");

    let acts = bench.acts_on_lans().await;
    let names: Vec<&str> = acts.iter().map(|act| act.act.as_str()).collect();
    assert_eq!(names, ["lan.submit", "lan.return", "lan.submit", "lan.receive"]);
    assert_eq!(
        acts[0].about,
        format!(
            "laporan 1 (dinkes): diagram LAN versi 1 diserahkan oleh Sari, S.Kom. (NIP 1985) (Perangkat Daerah); \
             alasan: peninjauan\u{fffd} awal; diagram sha256:{digest}"
        )
    );
    let leaf = store.leaf(received.received.unwrap().leaf).await.unwrap().unwrap();
    assert!(matches!(leaf.leaf, Leaf::Act(act) if act.act == "lan.receive"));
}

pub(crate) async fn what_is_set_aside_may_be_confirmed_or_handed_in(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    let dismiss = async |party, note| {
        let how = decision(party, note);
        bench.store.file_lan(1, Filing::Dismiss(&how), "x", &bench.signer, minute(20)).await.unwrap()
    };
    refused(&dismiss(Party::Office, " ").await, FilingRefusal::NoReason);
    let aside = done(dismiss(Party::Office, "sudah diketahui").await);
    assert_eq!((aside.standing, aside.reason.as_str()), (ReportStanding::Dismissed, "sudah diketahui"));
    refused(&dismiss(Party::Office, "lagi").await, FilingRefusal::Stands(ReportStanding::Dismissed));
    let confirmed = done(dismiss(Party::Dinas, "benar").await);
    assert_eq!(confirmed.dismissed.unwrap().party, Party::Dinas);
    refused(&dismiss(Party::Dinas, "lagi").await, FilingRefusal::Stands(ReportStanding::Dismissed));
    let handed_in = done(bench.submit(1, 1, 30).await);
    assert_eq!((handed_in.standing, handed_in.dismissed), (ReportStanding::Submitted, None));
}

pub(crate) async fn what_was_handed_in_does_not_grow(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    let before = bench.store.lan_version(&dinkes(), 1).await.unwrap();
    done(bench.submit(1, 1, 11).await);
    // Within a quarter of an hour of the first version, but somebody has its diagram already.
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[12, 14]).await;
    assert_eq!(bench.store.lan_version(&dinkes(), 1).await.unwrap(), before);
    let reports = bench.reports().await;
    let rows: Vec<_> = reports.iter().map(|it| (it.before, it.after, it.standing)).collect();
    assert_eq!(rows, [(None, 1, ReportStanding::Submitted), (Some(1), 2, ReportStanding::Draft)]);
    // Who made a change is told with it; a diagram alone has nobody.
    done(bench.submit(2, 2, 20).await);
    let told = bench.acts_on_lans().await;
    let by_office = "; perubahannya dilakukan oleh Perangkat Daerah; ";
    assert_eq!(
        told.iter().map(|act| act.about.contains(by_office)).collect::<Vec<_>>(),
        [false, true],
        "{told:#?}"
    );
}

pub(crate) async fn a_first_version_takes_in_what_was_there_before(bench: Bench) {
    bench.enrol(1).await;
    bench.look_by_the_second(1, HOME, &[0, 5, 10]).await;
    let first = "Diagram pertama: 1 router, 1 switch, 1 server, 1 subnet, tampak dari 1 server";
    assert_eq!(bench.lan_told().await, [format!("v1: {first}"), format!("#1 ->1 draf: {first}")]);
    // What comes later is another version, though nobody handed the first one in.
    bench.look_by_the_second(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[20, 25]).await;
    assert_eq!(bench.store.lan_versions(&dinkes()).await.unwrap().len(), 2);
}

pub(crate) async fn a_better_view_of_what_was_handed_in_may_be_handed_in(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    done(bench.submit(1, 1, 11).await);
    // Another server begins to look: the same LAN, of which more is seen.
    bench.look(2, Net("10.1.0.8/24", "10.1.0.1", "8"), &[100, 105]).await;
    let anew = |seen: &str| {
        format!("Diagram terkini, tanpa perubahan yang harus dilaporkan: 1 router, 1 switch, {seen}")
    };
    let two = anew("2 server, 1 subnet, tampak dari 2 server");
    assert_eq!(bench.lan_told().await.last(), Some(&format!("#2 ->2 draf: {two}")));
    // It goes on with what is seen; a change has a report of its own, whose diagram shows all of it.
    bench.look(2, Net("10.1.0.8/24", "10.1.0.1", "8"), &[110]).await;
    assert_eq!(bench.reports().await.len(), 2);
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[200, 205]).await;
    let reports = bench.reports().await;
    let rows: Vec<_> = reports.iter().map(|it| (it.before, it.after, it.standing)).collect();
    assert_eq!(rows, [(None, 1, ReportStanding::Submitted), (Some(2), 3, ReportStanding::Draft)]);
}
