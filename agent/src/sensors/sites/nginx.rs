//! nginx's sites: the `server` blocks of `nginx.conf` and what it draws in (nginx.org, "Beginner's Guide").

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use patuh_protocol::inventory::Site;

use super::includes::{self, MAX_DEPTH, MAX_FILES};
use super::{Block, described, listen};
use crate::roots::{Failure, Roots};

/// First files: the distributions' own, builds from source, and aaPanel's.
const MAINS: [&str; 4] = [
    "/etc/nginx/nginx.conf",
    "/usr/local/nginx/conf/nginx.conf",
    "/usr/local/openresty/nginx/conf/nginx.conf",
    "/www/server/nginx/conf/nginx.conf",
];
/// Contexts whose `server` is no web site.
const NO_WEB: [&str; 3] = ["stream", "mail", "upstream"];
/// How deep blocks lie in each other.
const MAX_BLOCKS: usize = 32;

pub(super) fn read(roots: &Roots) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for main in MAINS {
        let main = Path::new(main);
        let folder = main.parent().unwrap_or(main);
        let mut reading = Reading { roots, folder, sites: Vec::new(), seen: BTreeSet::new() };
        reading.file(main, 0)?;
        sites.extend(reading.sites);
    }
    Ok(sites)
}

struct Reading<'a> {
    roots: &'a Roots,
    folder: &'a Path,
    sites: Vec<Site>,
    seen: BTreeSet<PathBuf>,
}

impl Reading<'_> {
    fn file(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        let is_new = self.seen.len() < MAX_FILES && self.seen.insert(path.to_owned());
        let Some(text) = (if is_new { self.roots.text(path)? } else { None }) else { return Ok(()) };
        let parsed = parse(&text);
        for block in parsed.servers {
            let root = block.root.as_ref().map(|root| self.folder.join(root).to_string_lossy().into_owned());
            self.sites.push(described("nginx", &block, root, path));
        }
        for pattern in parsed.includes.iter().filter(|_| depth < MAX_DEPTH) {
            for file in includes::files(self.roots, self.folder, pattern)? {
                self.file(&file, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// What one file says: its `server` blocks, and the files it draws in outside of them. What is drawn in
/// within a `server` holds details (of PHP, of certificates) and no site of its own.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parsed {
    servers: Vec<Block>,
    includes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut blocks: Vec<String> = Vec::new();
    let mut server: Option<Block> = None;
    let mut statement: Vec<String> = Vec::new();
    for token in tokens(text) {
        match token {
            Token::Word(word) => statement.push(word),
            Token::End => {
                simple(&statement, &blocks, server.as_mut(), &mut parsed);
                statement.clear();
            }
            Token::Open => {
                let name = statement.first().cloned().unwrap_or_default();
                let is_web = !blocks.iter().any(|block| NO_WEB.contains(&block.as_str()));
                if name == "server" && is_web {
                    server = Some(Block::default());
                }
                if blocks.len() >= MAX_BLOCKS {
                    return parsed;
                }
                blocks.push(name);
                statement.clear();
            }
            Token::Close => {
                if blocks.pop().is_some_and(|block| block == "server") {
                    parsed.servers.extend(server.take().map(complete));
                }
                statement.clear();
            }
        }
    }
    parsed
}

/// A statement that ends in `;`.
fn simple(statement: &[String], blocks: &[String], server: Option<&mut Block>, parsed: &mut Parsed) {
    let Some((directive, arguments)) = statement.split_first() else { return };
    let inner = blocks.last().map(String::as_str);
    match (directive.as_str(), server) {
        ("include", None) => parsed.includes.extend(arguments.first().cloned()),
        ("server_name", Some(server)) if inner == Some("server") => {
            // `_` is a name that no client asks for.
            server.names.extend(arguments.iter().filter(|name| *name != "_" && !name.is_empty()).cloned());
        }
        ("listen", Some(server)) => server.listen.extend(arguments.first().map(|address| listen(address))),
        ("root", Some(server)) if inner == Some("server") => server.root = arguments.first().cloned(),
        // Where the server has none, that of its first location stands for it.
        ("root", Some(server)) => server.root = server.root.take().or_else(|| arguments.first().cloned()),
        _ => {}
    }
}

/// A server without `listen` takes port 80.
fn complete(mut server: Block) -> Block {
    if server.listen.is_empty() {
        server.listen.push("*:80".to_owned());
    }
    server
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = first.len_utf8();
        let inner = rest.get(length..).unwrap_or_default();
        rest = match first {
            '#' => inner.split_once('\n').map_or("", |(_, after)| after),
            '{' | '}' | ';' => {
                tokens.push(match first {
                    '{' => Token::Open,
                    '}' => Token::Close,
                    _ => Token::End,
                });
                inner
            }
            '"' | '\'' => {
                let (word, after) = inner.split_once(first).unwrap_or((inner, ""));
                tokens.push(Token::Word(word.to_owned()));
                after
            }
            _ => {
                let (word, after) = rest.split_at(word_end(rest));
                tokens.push(Token::Word(word.to_owned()));
                after
            }
        };
        rest = rest.trim_start();
    }
    tokens
}

/// Where an unquoted word ends. `${name}` belongs to it.
fn word_end(rest: &str) -> usize {
    let mut before = ' ';
    let mut in_name = false;
    for (at, sign) in rest.char_indices() {
        match sign {
            '{' if before == '$' => in_name = true,
            '}' if in_name => in_name = false,
            _ if sign.is_whitespace() || matches!(sign, '{' | '}' | ';') => return at,
            _ => {}
        }
        before = sign;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, servers: &[(&[&str], &[&str], Option<&str>)], includes: &[&str]) {
        let parsed = parse(text);
        let found: Vec<_> = parsed
            .servers
            .iter()
            .map(|block| {
                let texts = |list: &[String]| list.join(" ");
                (texts(&block.names), texts(&block.listen), block.root.clone())
            })
            .collect();
        let expected: Vec<_> =
            servers.iter().map(|(n, l, root)| (n.join(" "), l.join(" "), root.map(str::to_owned))).collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(parsed.includes, includes, "{text}");
    }

    #[test]
    fn server_blocks_are_found() {
        check(
            "user www-data; # a comment { with; signs }
             http {
               include /etc/nginx/mime.types; include conf.d/*.conf;
               upstream app { server 127.0.0.1:3000; }
               server { listen 80; listen [::]:80 default_server; server_name a.go.id www.a.go.id;
                        root \"/var/www/a b\"; location ~ \\.php$ { root /elsewhere; include fastcgi_params; } }
               server { server_name _; location / { root ${base}/b; } location /x { root /c; } }
               server { listen 127.0.0.1:8080 ssl; server_name ''; return 301 https://$host$request_uri; }
             }
             stream { server { listen 3306; proxy_pass db; } }",
            &[
                (&["a.go.id", "www.a.go.id"], &["*:80", "[::]:80"], Some("/var/www/a b")),
                (&[], &["*:80"], Some("${base}/b")),
                (&[], &["127.0.0.1:8080"], None),
            ],
            &["/etc/nginx/mime.types", "conf.d/*.conf"],
        );
    }

    #[test]
    fn what_is_torn_gives_what_it_can() {
        check("server { listen 80; server_name a; } server { listen 81;", &[(&["a"], &["*:80"], None)], &[]);
        check("}}} server { server_name \"a", &[], &[]);
        check("", &[], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", signs in "(server|http|root|listen|[{};\"'#$ a\\n]){0,60}") {
            let _ = (parse(&text), parse(&signs));
        }
    }
}
