//! A page in a headless Chromium, driven over WebDriver by `chromedriver`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use data_encoding::BASE64;
use patuh_tests::process::Process;
use patuh_tests::{until, until_or};
use serde_json::json;
use tempfile::TempDir;

use crate::picture::with_palette;
use crate::webdriver::{Element, Session};

/// Chromium without what a test does not need: no sandbox (root has none), nothing fetched from anywhere.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--window-size=1280,900",
    "--lang=id",
];

/// How wide a picture is, in pixels.
const WIDTH: u64 = 1280;
/// How tall a picture may be; what is longer is cut.
const TALLEST: u64 = 2400;

/// The Enter key, as WebDriver names it (section 17.4.2).
pub(crate) const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
/// Control and A, then neither: all of a field, so that what is typed next takes its place.
pub(crate) const ALL: &str = "\u{E009}a\u{E000}";

/// An open page.
pub(crate) struct Page {
    // In the order in which they are to end.
    session: Session,
    base: String,
    _driver: Process,
    _profile: TempDir,
}

impl Page {
    /// A new browser that shows the first page of `base`.
    pub(crate) async fn open_at(base: &str) -> Self {
        let profile = tempfile::Builder::new().prefix("patuh-browser-").tempdir().unwrap();
        let (driver, port) = drive(profile.path()).await;
        let profile_flag = format!("--user-data-dir={}", profile.path().join("profile").display());
        let flags: Vec<_> = FLAGS.iter().map(|flag| (*flag).to_owned()).chain([profile_flag]).collect();
        let wanted = json!({
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let session = Session::begin(&format!("http://127.0.0.1:{port}"), wanted).await;
        let page = Self { session, base: base.to_owned(), _driver: driver, _profile: profile };
        page.open("/").await;
        page
    }

    /// Goes to the address `path`.
    pub(crate) async fn open(&self, path: &str) {
        self.session.post("url", json!({ "url": format!("{}{path}", self.base) })).await.unwrap();
    }

    /// Follows the first link that `selector` finds.
    pub(crate) async fn click(&self, selector: &str) {
        let address = self.find(selector).await.get("property/href").await.unwrap();
        self.session.post("url", json!({ "url": address })).await.unwrap();
    }

    /// Fills the form with these fields (by name), and sends it with the Enter key.
    pub(crate) async fn fill(&self, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            let field = self.find(&format!("main form [name={name}]")).await;
            field.post("clear", json!({})).await.unwrap();
            field.post("value", json!({ "text": value })).await.unwrap();
        }
        if let Some((last, _)) = fields.last() {
            self.press(&format!("main form [name={last}]")).await;
        }
    }

    /// Presses Enter on the first field or button that `selector` finds, and waits until the page has gone: what
    /// comes next is done on the new one. A button far down is reached without waiting for the page to scroll.
    pub(crate) async fn press(&self, selector: &str) {
        let before = self.find("html").await;
        self.write(selector, ENTER).await;
        until("another page", async || before.get("name").await.err()).await;
    }

    /// Types `text` into the first field that `selector` finds.
    pub(crate) async fn write(&self, selector: &str, text: &str) {
        self.find(selector).await.post("value", json!({ "text": text })).await.unwrap();
    }

    /// Presses these keys wherever the focus is.
    pub(crate) async fn keys(&self, keys: &str) {
        self.session.active().await.unwrap().post("value", json!({ "text": keys })).await.unwrap();
    }

    /// The same, and waits until the page has gone.
    pub(crate) async fn keys_to_another_page(&self, keys: &str) {
        let before = self.find("html").await;
        self.keys(keys).await;
        until("another page", async || before.get("name").await.err()).await;
    }

    /// Presses the tabulator until the focus is on what is called `name`. Whatever holds it fast on the way there fails
    /// the story.
    pub(crate) async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        while passed.len() < 60 {
            self.keys(TAB).await;
            let focused = self.focus().await;
            if focused == name {
                return;
            }
            passed.push(focused);
        }
        panic!("the tabulator does not reach {name}, but: {passed:?}");
    }

    /// What has the focus: a link or button by its text, a field by its label.
    pub(crate) async fn focus(&self) -> String {
        let script = "const it = document.activeElement; return (it.labels?.[0] ?? it).textContent.trim()";
        let focused =
            self.session.post("execute/sync", json!({ "script": script, "args": [] })).await.unwrap();
        focused.as_str().unwrap().to_owned()
    }

    /// Makes the window `width` pixels wide, and says how wide the page in it is.
    pub(crate) async fn narrow(&self, width: u64) -> u64 {
        // Windows do not get as narrow as a phone; what is drawn in them does.
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": true });
        let command = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics });
        self.session.post("goog/cdp/execute", command).await.unwrap();
        let script = json!({ "script": "return document.documentElement.scrollWidth", "args": [] });
        self.session.post("execute/sync", script).await.unwrap().as_u64().unwrap()
    }

    /// Makes the window as wide as windows are.
    pub(crate) async fn widen(&self) {
        let command = json!({ "cmd": "Emulation.clearDeviceMetricsOverride", "params": {} });
        self.session.post("goog/cdp/execute", command).await.unwrap();
    }

    /// Prints the page on A4 as `folder/name.pdf`; how many pages it takes.
    pub(crate) async fn print(&self, folder: &Path, name: &str) -> usize {
        let paper = json!({ "page": { "width": 21.0, "height": 29.7 }, "shrinkToFit": false });
        let printed = self.session.post("print", paper).await.unwrap();
        let printed = BASE64.decode(printed.as_str().unwrap().as_bytes()).unwrap();
        std::fs::create_dir_all(folder).unwrap();
        let file = File::create(folder.join(format!("{name}.pdf")));
        file.and_then(|mut file| file.write_all(&printed)).unwrap();
        String::from_utf8_lossy(&printed).matches("/Type /Page\n").count()
    }

    /// Checks that what `selector` finds shows all of `texts`.
    pub(crate) async fn shows(&self, selector: &str, texts: &[&str]) {
        let shown = std::cell::RefCell::new(String::new());
        let all = until_or(async || {
            let text = self.session.find(selector).await.ok()?.get("text").await.ok()?;
            *shown.borrow_mut() = text.as_str()?.to_owned();
            texts.iter().all(|text| shown.borrow().contains(text)).then_some(())
        });
        let missing = || texts.iter().filter(|text| !shown.borrow().contains(**text)).collect::<Vec<_>>();
        assert!(all.await.is_some(), "{selector} does not show {:?}, but: {}", missing(), shown.borrow());
    }

    /// Keeps a picture of the whole page as `folder/name.png`.
    pub(crate) async fn picture(&self, folder: &Path, name: &str) {
        keep(folder, name, &self.screenshot().await);
    }

    /// The same with few colours, for the README; its size in bytes.
    pub(crate) async fn small_picture(&self, folder: &Path, name: &str) -> usize {
        let picture = with_palette(&self.screenshot().await);
        keep(folder, name, &picture);
        picture.len()
    }

    async fn screenshot(&self) -> Vec<u8> {
        let script = json!({ "script": "return document.documentElement.scrollHeight", "args": [] });
        let height = self.session.post("execute/sync", script).await.unwrap().as_u64().unwrap();
        let rect = json!({ "width": WIDTH, "height": height.clamp(600, TALLEST) });
        self.session.post("window/rect", rect).await.unwrap();
        let picture = self.session.get("screenshot").await.unwrap();
        BASE64.decode(picture.as_str().unwrap().as_bytes()).unwrap()
    }

    /// What the browser complained about since it was last asked: errors of scripts, violations of the
    /// content security policy, failed requests.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.session.post("se/log", json!({ "type": "browser" })).await.unwrap();
        let lines = log.as_array().cloned().unwrap_or_default();
        let serious = lines.iter().filter(|line| line["level"] != "INFO" && line["level"] != "DEBUG");
        serious.map(|line| line["message"].to_string()).collect()
    }

    /// Ends the browser.
    pub(crate) async fn close(self) {
        self.session.end().await;
    }

    async fn find(&self, selector: &str) -> Element<'_> {
        self.session.find(selector).await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }
}

fn keep(folder: &Path, name: &str, picture: &[u8]) {
    std::fs::create_dir_all(folder).unwrap();
    let file = File::create(folder.join(format!("{name}.png")));
    file.and_then(|mut file| file.write_all(picture)).unwrap();
}

/// Starts `chromedriver` on a free port.
async fn drive(folder: &Path) -> (Process, u16) {
    let program = Path::new("/usr/bin/chromedriver");
    assert!(program.exists(), "chromedriver is not installed: apt install chromium-driver");
    let driver = Process::start(program, &["--port=0"], &folder.join("chromedriver.log"));
    let port = until("chromedriver says its port", async || {
        let log = driver.log();
        let line = log.lines().find(|line| line.contains("started successfully on port"))?;
        line.rsplit(' ').next()?.trim_end_matches('.').parse().ok()
    })
    .await;
    (driver, port)
}
