use patuh_protocol::backup::Tool;

use super::*;

fn touch(pattern: &str, tool: Tool, sources: &[String], path: &[&str], is_file: bool) -> Touch {
    Pattern::read(pattern, tool, sources).touch(path, is_file)
}

fn reach(source: &str, path: &[&str]) -> Reach {
    Source::new(source).reach(path)
}

fn check(pattern: &str, tool: Tool, path: &str, expected: Touch) {
    let sources = ["/srv".to_owned()];
    let path = parts(path).unwrap();
    assert_eq!(touch(pattern, tool, &sources, &path, false), expected, "{pattern} of {path:?}");
}

fn check_file(pattern: &str, tool: Tool, path: &str, expected: Touch) {
    let path = parts(path).unwrap();
    assert_eq!(touch(pattern, tool, &[], &path, true), expected, "{pattern} of {path:?}");
}

#[test]
fn whole_paths_and_bare_names() {
    for tool in [Tool::Restic, Tool::Borg, Tool::Tar, Tool::Duplicity, Tool::Rsnapshot] {
        check("/srv/www", tool, "/srv/www", Touch::Whole);
        check("/srv/www/", tool, "/srv/www/siak", Touch::Whole);
        check("/srv/www", tool, "/srv/www2", Touch::Not);
        check("/srv/www/unggahan", tool, "/srv/www", Touch::Inside);
        check("/srv/www/cache", tool, "/srv/www", Touch::Not);
        check("/srv/www/*", tool, "/srv/www", Touch::Whole);
        check("/srv/other/x", tool, "/srv/www", Touch::Not);
        check("/srv/*/a*", tool, "/srv/www", Touch::Perhaps);
        check("/data/*.sql", tool, "/srv/www", Touch::Not);
    }
    // A star that stops at a slash has found its folder; one that does not may go on.
    check("/srv/*/unggahan", Tool::Restic, "/srv/www", Touch::Inside);
    check("/srv/*/unggahan", Tool::Borg, "/srv/www", Touch::Perhaps);
    check("unggahan", Tool::Restic, "/srv/unggahan/2026", Touch::Whole);
    check("unggahan", Tool::Restic, "/srv/www", Touch::Perhaps);
    check("www/unggahan", Tool::Restic, "/srv/www", Touch::Perhaps);
    check("node_modules", Tool::Restic, "/srv/www", Touch::Not);
    check("*.tmp", Tool::Restic, "/srv/www", Touch::Not);
    check("**/.cache", Tool::Restic, "/home", Touch::Not);
    check("/home/**/arsip", Tool::Restic, "/home/budi", Touch::Perhaps);
    check("/home/**", Tool::Restic, "/home/budi", Touch::Whole);
    check("*.pdf", Tool::Restic, "/srv/www", Touch::Perhaps);
}

#[test]
fn stars_of_borg_stand_for_slashes() {
    check("*/unggahan", Tool::Borg, "/srv/www/unggahan", Touch::Whole);
    check("*.tmp", Tool::Borg, "/srv/www", Touch::Not);
    check("/srv/*/x", Tool::Borg, "/srv/a/b/x", Touch::Whole);
    check("sh:/srv/*/x", Tool::Borg, "/srv/a/b/x", Touch::Not);
    check("sh:**/x", Tool::Borg, "/srv/a/b/x", Touch::Whole);
    check("pp:/srv/www", Tool::Borg, "/srv/www/a", Touch::Whole);
    check("srv/www", Tool::Borg, "/srv/www/a", Touch::Whole);
    check("www", Tool::Borg, "/srv/www", Touch::Not);
    check("re:^/srv", Tool::Borg, "/srv/www", Touch::Perhaps);
    check("home/*/.thumbnails", Tool::Borg, "/home", Touch::Not);
}

#[test]
fn what_is_not_understood_may_leave_out_anything() {
    for pattern in ["!/srv/www", "/srv/[a-w]*", "/srv/{a,b}", "$HOME/x", "*", "+ /srv", "~/x", "/srv/../x"] {
        check(pattern, Tool::Restic, "/srv/www", Touch::Perhaps);
    }
    // Where the transfer begins is not known.
    check("/unggahan", Tool::Tree, "/srv/www", Touch::Perhaps);
    check("- unggahan", Tool::Tree, "/srv/www/unggahan", Touch::Whole);
    check("", Tool::Tree, "/srv/www", Touch::Not);
}

#[test]
fn a_file_is_left_out_or_not() {
    check_file("*.sql.gz", Tool::Restic, "/var/backups/simpeg.sql.gz", Touch::Whole);
    check_file("*.pdf", Tool::Restic, "/var/backups/simpeg.sql.gz", Touch::Not);
    check_file("*.sql*", Tool::Borg, "/var/backups/simpeg.sql.gz", Touch::Whole);
    check_file("/var/backups/x/*", Tool::Borg, "/var/backups/simpeg.sql.gz", Touch::Not);
}

#[test]
fn sources_hold_folders() {
    let check = |source: &str, path: &str, expected| {
        assert_eq!(reach(source, &parts(path).unwrap()), expected, "{source} {path}");
    };
    check("/", "/srv", Reach::Holds);
    check("/srv", "/srv/www", Reach::Holds);
    check("/srv/", "/srv", Reach::Holds);
    check("/srv/www", "/srv", Reach::Below);
    check("/srv/www", "/srv/www2", Reach::Apart);
    check("/home/*", "/home", Reach::Holds);
    check("/home/*", "/home/budi", Reach::Holds);
    check("/home/*/data", "/home", Reach::Below);
    check("vm/101", "/srv", Reach::Apart);
    check("srv", "/srv", Reach::Unclear);
    check("~/data", "/home/budi", Reach::Unclear);
    check("/srv/$X", "/srv", Reach::Unclear);
}

#[test]
fn paths_are_certain_or_none() {
    assert_eq!(parts("//srv/./www/"), Some(vec!["srv", "www"]));
    for path in ["", "srv", "/etc/../../x", "/root/${A}", "/a\u{fffd}", "/a\nb"] {
        assert_eq!(parts(path), None, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(
        pattern in ".*",
        near in "(\\*|\\*\\*|\\?|/|a|b|sh:|fm:|!|\\[|cache|-| ){0,16}",
        path in "(/[ab.]{0,3}){0,6}",
        tool in proptest::sample::select(&[Tool::Restic, Tool::Borg, Tool::Tar, Tool::Tree][..]),
    ) {
        let path = parts(&path).unwrap_or_default();
        for text in [pattern, near] {
            let _ = reach(&text, &path);
            let whole = touch(&text, tool, &[], &path, false);
            // What leaves out a folder leaves out all that lies in it; the root is nobody's folder, in whatever style
            // it is written (`/`, `//`, `fm:/`).
            let inner = [path.as_slice(), &["z"]].concat();
            if whole == Touch::Whole && !path.is_empty() && !text.trim().ends_with('*') {
                assert_eq!(touch(&text, tool, &[], &inner, false), Touch::Whole, "{text} {path:?}");
            }
        }
    }

    #[test]
    fn likeness_is_as_globs_have_it(text in "[ab]{0,8}") {
        assert!(is_like("*", &text) && is_like(&text, &text) && is_like(&format!("*{text}*"), &text));
        assert_eq!(is_like("a*", &text), text.starts_with('a'));
        assert_eq!(is_like("?", &text), text.len() == 1);
    }
}
