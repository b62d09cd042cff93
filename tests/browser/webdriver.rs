//! The few commands of W3C WebDriver that a story needs (<https://www.w3.org/TR/webdriver2/#endpoints>).

use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// A session with a browser.
pub(crate) struct Session {
    client: Client,
    url: String,
    browser: Option<Pid>,
}

/// Something on a page.
pub(crate) struct Element<'a> {
    session: &'a Session,
    path: String,
}

/// The name under which an element's reference is given (section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How often what only looks is asked for again.
const AGAIN: usize = 5;

impl Session {
    /// A new session at the driver `url`, with these capabilities.
    pub(crate) async fn begin(url: &str, capabilities: Value) -> Self {
        // Plain HTTP to this very host; but the client wants to know its TLS even so.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        let driver = Self { client, url: format!("{url}/session"), browser: None };
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let begun = driver.command(Method::POST, "", Some(wanted)).await;
        let begun = begun.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let session = begun["sessionId"].as_str().unwrap();
        let browser = begun["capabilities"]["goog:processID"].as_i64();
        let browser = browser.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Self { url: format!("{}/{session}", driver.url), client: driver.client.clone(), browser }
    }

    /// `POST {session}/{path}`.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.command(Method::POST, &format!("/{path}"), Some(body)).await
    }

    /// `GET {session}/{path}`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, String> {
        self.command(Method::GET, &format!("/{path}"), None).await
    }

    /// The first element that the CSS selector matches.
    pub(crate) async fn find(&self, selector: &str) -> Result<Element<'_>, String> {
        let found = self.post("element", json!({ "using": "css selector", "value": selector })).await?;
        self.element(&found)
    }

    /// The element that has the focus; the page itself when none has.
    pub(crate) async fn active(&self) -> Result<Element<'_>, String> {
        self.element(&self.get("element/active").await?)
    }

    fn element(&self, reference: &Value) -> Result<Element<'_>, String> {
        let id = reference[ELEMENT].as_str().ok_or("no reference to an element")?;
        Ok(Element { session: self, path: format!("element/{id}") })
    }

    /// Ends the browser.
    pub(crate) async fn end(mut self) {
        self.command(Method::DELETE, "", None).await.unwrap();
        self.browser = None;
    }

    /// What only looks is asked for again when the browser was too busy to answer `chromedriver` in its time, which
    /// nobody can set.
    async fn command(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let mut answer = self.once(&method, path, body.as_ref()).await;
        for _ in 0..AGAIN {
            let is_late = answer.as_ref().is_err_and(|why| why.contains("receiving message from renderer"));
            if !is_late || !only_looks(&method, path) {
                break;
            }
            answer = self.once(&method, path, body.as_ref()).await;
        }
        answer
    }

    async fn once(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let request = self.client.request(method.clone(), format!("{}{path}", self.url));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        let response = request.send().await.map_err(|error| error.to_string())?;
        let succeeded = response.status().is_success();
        let bytes = response.bytes().await.map_err(|error| error.to_string())?;
        let mut answer: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if succeeded { Ok(value) } else { Err(value["message"].to_string()) }
    }
}

/// Whether a command may be given twice. What is typed may not; no story's script changes a page.
fn only_looks(method: &Method, path: &str) -> bool {
    let looks = ["/url", "/execute/sync", "/goog/cdp/execute", "/window/rect", "/print", "/element"];
    method == Method::GET || looks.contains(&path)
}

/// A story that went wrong leaves no browser behind: the driver alone would.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(browser) = self.browser {
            let _ = kill_process(browser, Signal::KILL);
        }
    }
}

impl Element<'_> {
    /// `POST {element}/{path}`.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.session.post(&format!("{}/{path}", self.path), body).await
    }

    /// `GET {element}/{path}`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, String> {
        self.session.get(&format!("{}/{path}", self.path)).await
    }
}
