//! Apache's sites, from `httpd.conf` and what it draws in (httpd.apache.org, "Configuration Files").
//!
//! Conditions (`<IfModule>`, `<IfDefine>`) are taken as met: a site that is configured is worth knowing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use patuh_protocol::inventory::Site;

use super::includes::{self, MAX_DEPTH, MAX_FILES};
use super::{Block, described, listen};
use crate::roots::{Failure, Roots};

/// What is called how, its first file, and its `ServerRoot` unless the file names another.
const SERVERS: [(&str, &str, &str); 7] = [
    ("apache", "/etc/apache2/apache2.conf", "/etc/apache2"),
    ("apache", "/etc/httpd/conf/httpd.conf", "/etc/httpd"),
    ("apache", "/etc/apache2/httpd.conf", "/etc/apache2"),
    ("apache", "/etc/apache2/conf/httpd.conf", "/etc/apache2"),
    ("apache", "/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2"),
    ("apache", "/www/server/apache/conf/httpd.conf", "/www/server/apache"),
    ("xampp", "/opt/lampp/etc/httpd.conf", "/opt/lampp"),
];

pub(super) fn read(roots: &Roots) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for (server, file, folder) in SERVERS {
        let mut reading = Reading { roots, folder: PathBuf::from(folder), ..Reading::new(roots) };
        reading.file(Path::new(file), 0)?;
        sites.extend(reading.end(server, Path::new(file)));
    }
    Ok(sites)
}

/// One server's configuration, as its lines come in.
struct Reading<'a> {
    roots: &'a Roots,
    /// `ServerRoot`: what relative paths are relative to.
    folder: PathBuf,
    defined: BTreeMap<String, String>,
    /// What holds outside of any `<VirtualHost>`.
    main: Block,
    /// The `<VirtualHost>` that is open.
    open: Option<Block>,
    found: Vec<(Block, PathBuf)>,
    seen: BTreeSet<PathBuf>,
}

impl<'a> Reading<'a> {
    fn new(roots: &'a Roots) -> Self {
        Self {
            roots,
            folder: PathBuf::new(),
            defined: BTreeMap::new(),
            main: Block::default(),
            open: None,
            found: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    fn file(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        let is_new = self.seen.len() < MAX_FILES && self.seen.insert(path.to_owned());
        let Some(text) = (if is_new { self.roots.text(path)? } else { None }) else { return Ok(()) };
        for line in joined(&text) {
            let words = words(&line, &self.defined);
            let Some((directive, arguments)) = words.split_first() else { continue };
            // `<VirtualHost` and, at its end, `/VirtualHost`.
            let directive = directive.trim_matches(['<', '>']).to_ascii_lowercase();
            if matches!(directive.as_str(), "include" | "includeoptional") && depth < MAX_DEPTH {
                for pattern in arguments {
                    for file in includes::files(self.roots, &self.folder, pattern)? {
                        self.file(&file, depth + 1)?;
                    }
                }
            } else {
                self.directive(&directive, arguments, path);
            }
        }
        Ok(())
    }

    fn directive(&mut self, directive: &str, arguments: &[String], path: &Path) {
        let block = self.open.as_mut().unwrap_or(&mut self.main);
        let first = arguments.first();
        match directive {
            "virtualhost" => {
                let listen = arguments.iter().map(|address| listen(address.trim_end_matches('>')));
                let block = Block { listen: listen.collect(), ..Block::default() };
                self.open = Some(block);
            }
            "/virtualhost" => self.found.extend(self.open.take().map(|block| (block, path.to_owned()))),
            "servername" => block.names.extend(first.map(|name| host(name))),
            "serveralias" => block.names.extend(arguments.iter().cloned()),
            "documentroot" => block.root = first.cloned(),
            "listen" => self.main.listen.extend(first.map(|address| listen(address))),
            "serverroot" => self.folder = first.map(PathBuf::from).unwrap_or_default(),
            "define" => {
                let value = arguments.get(1).cloned().unwrap_or_default();
                self.defined.extend(first.map(|name| (name.clone(), value)));
            }
            _ => {}
        }
    }

    /// The sites. The main server is one when it has a document root; its own addresses are those of
    /// `Listen`.
    fn end(self, server: &str, file: &Path) -> Vec<Site> {
        let absolute = |root: &String| self.folder.join(root).to_string_lossy().into_owned();
        let inherited = self.main.root.as_ref().map(absolute);
        let mut sites: Vec<Site> = Vec::new();
        if inherited.is_some() {
            sites.push(described(server, &self.main, inherited.clone(), file));
        }
        for (block, path) in &self.found {
            let root = block.root.as_ref().map(absolute).or_else(|| inherited.clone());
            sites.push(described(server, block, root, path));
        }
        sites
    }
}

/// `https://name:443` names a host and how it is reached.
fn host(name: &str) -> String {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    let port = name.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    port.map_or(name, |(host, _)| host).to_owned()
}

/// The lines of a file; one that ends in a backslash goes on in the next.
fn joined(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut whole = String::new();
    for line in text.lines() {
        match line.strip_suffix('\\') {
            Some(begun) => whole.push_str(begun),
            None => {
                whole.push_str(line);
                lines.push(std::mem::take(&mut whole));
            }
        }
    }
    lines.push(whole);
    lines
}

/// The words of a line, quotes taken off and `${NAME}` put in; none of a comment.
fn words(line: &str, defined: &BTreeMap<String, String>) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    if rest.starts_with('#') {
        return words;
    }
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' => {
                let inner = rest.get(1..).unwrap_or_default();
                inner.split_once(first).unwrap_or((inner, ""))
            }
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(substituted(word, defined));
        rest = after.trim_start();
    }
    words
}

/// A name that nobody defined stays as it is written.
fn substituted(word: &str, defined: &BTreeMap<String, String>) -> String {
    let mut whole = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("${") {
        whole.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                match defined.get(name) {
                    Some(value) => whole.push_str(value),
                    None => whole.extend(["${", name, "}"]),
                }
                rest = after;
            }
            None => {
                whole.push_str("${");
                rest = after;
            }
        }
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        let defined = BTreeMap::from([("ROOT".to_owned(), "/srv".to_owned())]);
        assert_eq!(words(line, &defined), expected, "{line}");
    }

    #[test]
    fn lines_are_words() {
        check("  DocumentRoot \"/srv/a b\"", &["DocumentRoot", "/srv/a b"]);
        check("<VirtualHost *:80 [::]:80>", &["<VirtualHost", "*:80", "[::]:80>"]);
        check("DocumentRoot ${ROOT}/www/${NOBODY}", &["DocumentRoot", "/srv/www/${NOBODY}"]);
        check("Define X 'a", &["Define", "X", "a"]);
        check("a ${ROOT", &["a", "${ROOT"]);
        check("# DocumentRoot /x", &[]);
        check("", &[]);
    }

    #[test]
    fn a_server_name_may_be_an_address() {
        for (name, expected) in
            [("a.go.id", "a.go.id"), ("https://a.go.id:443", "a.go.id"), ("a:80", "a"), ("[::1]", "[::1]")]
        {
            assert_eq!(host(name), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", line in "[\"'${}A-Z \\\\#<>]{0,40}") {
            let defined = BTreeMap::from([("A".to_owned(), "${A}".to_owned())]);
            for line in joined(&text).iter().chain([&line]) {
                let _ = (words(line, &defined), host(line));
            }
        }
    }
}
