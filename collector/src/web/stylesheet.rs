//! The one stylesheet. Its address holds its digest, so that a browser keeps it for a year and still takes
//! a new one at once.

use std::sync::LazyLock;

use patuh_protocol::digest::Digest;

/// The stylesheet.
pub(super) const TEXT: &str = include_str!("../../static/patuh.css");

/// Where it is served: `/gaya/0123456789abcdef.css`.
pub(super) fn path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let digest: String = Digest::of(TEXT.as_bytes()).to_string().chars().take(16).collect();
        format!("/gaya/{digest}.css")
    });
    &PATH
}
