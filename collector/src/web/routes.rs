//! The table of all addresses, each with its guard. What is not in it does not exist; what it says is held
//! against `tests/golden/routes.txt`.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodRouter, get, post};

use super::error::Error;
use super::pages::assets::import::Register;
use super::pages::ipplan::import::Numbering;
use super::pages::spreadsheet;
use super::session::{App, signed_in};
use super::{guard, headers, input, pages};

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Anybody.
    Public,
    /// Who is signed in; others are sent to `/masuk`.
    Session,
}

/// One address.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) guard: Guard,
    handler: fn() -> MethodRouter<App>,
}

const fn session(path: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { path, guard: Guard::Session, handler }
}

/// Every address.
pub(super) const ALL: &[Route] = &[
    Route { path: "/gaya/{nama}", guard: Guard::Public, handler: || get(pages::style::show) },
    Route {
        path: "/masuk",
        guard: Guard::Public,
        handler: || get(pages::sign_in::show).post(pages::sign_in::enter),
    },
    Route { path: "/keluar", guard: Guard::Session, handler: || post(pages::sign_in::leave) },
    Route {
        path: "/sandi",
        guard: Guard::Session,
        handler: || get(pages::account::show).post(pages::account::change),
    },
    session("/segel.css", || get(pages::style::seal)),
    session("/", || get(pages::overview::show)),
    session("/pd", || get(pages::offices::show)),
    session("/pd/{kode}", || get(pages::office::show)),
    session("/pencadangan", || get(pages::backups::board::show)),
    session("/pencadangan/unduh/{papan}", || get(pages::backups::board::file)),
    session("/pencadangan/set/{agen}/{set}", || get(pages::backups::set::show)),
    session("/pencadangan/saksi", || get(pages::backups::witnesses::show)),
    session("/pencadangan/latihan", || get(pages::backups::drills::show)),
    session("/lan", || get(pages::lan::list::show)),
    session("/lan/laporan", || get(pages::lan::reports::show)),
    session("/lan/laporan/{laporan}", || get(pages::lan::report::show)),
    session("/lan/laporan/{laporan}/surat.docx", || get(pages::lan::letter::of_report)),
    session("/lan/laporan/{laporan}/diagram.svg", || get(pages::lan::drawing::handed_in)),
    session("/lan/laporan/{laporan}/{langkah}", || post(pages::lan::filing::take)),
    session("/lan/{kode}", || get(pages::lan::office::show)),
    session("/lan/{kode}/versi/{versi}", || get(pages::lan::version::show)),
    session("/lan/{kode}/unduh/{gambar}", || get(pages::lan::drawing::file)),
    session("/lan/{kode}/cetak", || get(pages::lan::paper::show)),
    session("/server", || get(pages::servers::show)),
    session("/server.xlsx", || get(pages::download::servers_xlsx)),
    session("/server.csv", || get(pages::download::servers_csv)),
    session("/paket.xlsx", || get(pages::download::packages_xlsx)),
    session("/paket.csv", || get(pages::download::packages_csv)),
    session("/unduh", || get(pages::downloads::show)),
    session("/unduh/{berkas}", || get(pages::download::of_choice)),
    session("/label", || get(pages::labels::show)),
    session("/server/{agen}/cyclonedx.json", || get(pages::download::components_of)),
    session("/server/{agen}", || get(pages::server::show)),
    session("/server/{agen}/{bagian}", || get(pages::server::part)),
    session("/server/{agen}/paket.xlsx", || get(pages::download::packages_of_xlsx)),
    session("/server/{agen}/paket.csv", || get(pages::download::packages_of_csv)),
    session("/cari", || get(pages::search::show)),
    session("/pertanyaan", || get(pages::questions::list)),
    session("/pertanyaan/batal", || post(pages::questions::undo)),
    session("/pertanyaan/{pertanyaan}", || get(pages::questions::show).post(pages::questions::answer)),
    session("/aset.xlsx", || get(pages::download::xlsx::<pages::assets::list::Asked>)),
    session("/aset.csv", || get(pages::download::csv::<pages::assets::list::Asked>)),
    session("/aset", || get(pages::assets::list::show)),
    session("/aset/baru", || get(pages::assets::form::new).post(pages::assets::form::add)),
    session("/aset/impor", spreadsheet::page::<Register>),
    session("/aset/impor/terima", || post(spreadsheet::accept::<Register>)),
    session("/aset/impor/batal", || post(spreadsheet::cancel::<Register>)),
    session("/aset/{nomor}", || get(pages::assets::one::show)),
    session("/aset/{nomor}/ubah", || get(pages::assets::form::edit).post(pages::assets::form::change)),
    session("/aset/{nomor}/tahap", || post(pages::assets::stage::take)),
    session("/rekonsiliasi", || get(pages::assets::reconcile::show)),
    session("/rencana-ip.xlsx", || get(pages::download::xlsx::<pages::ipplan::list::Asked>)),
    session("/rencana-ip.csv", || get(pages::download::csv::<pages::ipplan::list::Asked>)),
    session("/rencana-ip", || get(pages::ipplan::list::show)),
    session("/rencana-ip/temuan.xlsx", || get(pages::download::xlsx::<pages::ipplan::findings::Asked>)),
    session("/rencana-ip/temuan.csv", || get(pages::download::csv::<pages::ipplan::findings::Asked>)),
    session("/rencana-ip/temuan", || get(pages::ipplan::findings::show)),
    session("/rencana-ip/jalur", || get(pages::ipplan::ways::show)),
    session("/rencana-ip/baru", || get(pages::ipplan::form::new).post(pages::ipplan::form::add)),
    session("/rencana-ip/impor", spreadsheet::page::<Numbering>),
    session("/rencana-ip/impor/terima", || post(spreadsheet::accept::<Numbering>)),
    session("/rencana-ip/impor/batal", || post(spreadsheet::cancel::<Numbering>)),
    session("/rencana-ip/subnet/{subnet}", || get(pages::ipplan::one::show)),
    session("/rencana-ip/subnet/{subnet}/ubah", || {
        get(pages::ipplan::form::edit).post(pages::ipplan::form::change)
    }),
    session("/media.xlsx", || get(pages::download::xlsx::<pages::media::list::Asked>)),
    session("/media.csv", || get(pages::download::csv::<pages::media::list::Asked>)),
    session("/media", || get(pages::media::list::show)),
    session("/media/baru", || get(pages::media::form::new).post(pages::media::form::add)),
    session("/media/{media}", || get(pages::media::one::show)),
    session("/media/{media}/ubah", || get(pages::media::form::edit).post(pages::media::form::change)),
    session("/media/{media}/berita-acara.docx", || get(pages::media::letter::storage)),
    session("/media/{media}/{langkah}", || post(pages::media::record::take)),
    session("/pemegang-kunci", || get(pages::media::escrows::show).post(pages::media::escrows::attest)),
    session("/pemegang-kunci/{pernyataan}/akhiri", || post(pages::media::escrows::end)),
    session("/temuan/{ketentuan}/{subjek}", || get(pages::finding::show)),
    session("/kepatuhan", || get(pages::compliance::show)),
    session("/kepatuhan/{ketentuan}", || get(pages::rule::show)),
    session("/bukti", || get(pages::evidence::show)),
    session("/bukti/{indeks}", || get(pages::leaf::show)),
    session("/bukti/{indeks}/laporan", || get(pages::leaf::report)),
    session("/bukti/{indeks}/tanda-terima.json", || get(pages::leaf::receipt)),
];

/// The router over [`ALL`].
pub(super) fn router(app: App) -> Router {
    let table = |guard: Guard| {
        let routes = ALL.iter().filter(|route| route.guard == guard);
        routes.fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
    };
    let guarded = table(Guard::Session).route_layer(from_fn_with_state(app.clone(), signed_in));
    table(Guard::Public)
        .merge(guarded)
        .fallback(async || Error::NotFound)
        .layer(DefaultBodyLimit::max(input::MAX_BODY))
        .layer(from_fn(guard::same_site))
        .layer(map_response(headers::complete))
        .with_state(app)
}
