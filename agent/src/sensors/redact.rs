//! Locations and sentences without user names and passwords. The agent sends metadata, never secrets, and
//! administrators do write passwords into URLs, which tools then repeat in their complaints.

use crate::roots::lossy::name;

/// The schemes that restic writes without `//`.
const SCHEMES: [&str; 7] = ["sftp", "s3", "b2", "gs", "azure", "swift", "rclone"];

/// A path or URL without user names, passwords and query strings.
pub(crate) fn location(location: &str) -> String {
    if let Some(share) = location.strip_prefix("//") {
        return name(&format!("//{}", without_user(share)));
    }
    if location.starts_with('/') {
        return name(location);
    }
    if let Some((scheme, rest)) = location.split_once("://") {
        // Everything up to the last `@`: better a path cut short than half a password.
        let shown = rest.rsplit('@').next().unwrap_or_default();
        let shown = shown.split(['?', '#']).next().unwrap_or_default();
        return name(&format!("{scheme}://{shown}"));
    }
    match location.split_once(':') {
        Some((scheme, rest)) if SCHEMES.contains(&scheme) => {
            name(&format!("{scheme}:{}", without_user(rest)))
        }
        _ => name(&without_user(location)),
    }
}

/// A sentence, such as a tool's complaint, with every URL in it as by [`location`].
pub(crate) fn text(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_location = word.contains("://") || (word.contains('@') && word.contains(':'));
        if is_location { location(word) } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `user:password@host/path` without the first two; an `@` in the path belongs to no user.
fn without_user(address: &str) -> String {
    let (before, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    format!("{}{path}", before.rsplit('@').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, shown: &str) {
        assert_eq!(location(written), shown, "{written}");
        assert_eq!(text(&format!("cannot open {written} now")), format!("cannot open {shown} now"));
    }

    #[test]
    fn users_and_passwords_go() {
        check("rest:https://opd:ra/ha@sia@dc:8000/x?token=1", "rest:https://dc:8000/x");
        check("sftp:opd@dc:/srv", "sftp:dc:/srv");
        check("opd:rahasia@dc:/srv/a@b", "dc:/srv/a@b");
        check("//opd:rahasia@server/share", "//server/share");
        check("/srv/a@b", "/srv/a@b");
    }

    #[test]
    fn complaints_lose_them_too() {
        assert_eq!(
            text("Fatal: Head \"https://opd:rahasia@dc:8000/config\": no route"),
            "Fatal: Head \"https://dc:8000/config\": no route"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_location_keeps_its_password(scheme in "(rest:https|sftp|ssh|s3:http)", user in "[a-z]{1,8}",
                                          secret in "[0-9][A-Z/:@?#]{6,12}", path in "(/[a-z]{1,8}){0,3}") {
            let written = format!("{scheme}://{user}:{secret}@cadangan:8000{path}");
            assert!(!location(&written).contains(&secret), "{written}");
            assert!(!text(&format!("no {written}: gone")).contains(&secret), "{written}");
        }

        #[test]
        fn no_text_makes_it_panic(anything in ".*") {
            let _ = (location(&anything), text(&anything), location(&format!("//{anything}")));
        }
    }
}
