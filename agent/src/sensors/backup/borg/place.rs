//! Where a repository lies, written in one way: borg, borgmatic and people write the same place differently.

/// `location` in a form that is equal for the same place: without scheme, port and slashes at the end; of
/// another host `user@host:/path`, where `/path` may be one below the user's home.
pub(in crate::sensors::backup) fn place(location: &str) -> String {
    let location = location.trim();
    let bare = location.strip_prefix("file://").unwrap_or(location);
    if bare.starts_with('/') {
        return trimmed(bare);
    }
    let apart = match bare.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(host, path)| (without_port(host), path)),
        None => bare.split_once(':'),
    };
    // A password that somebody wrote into a URL makes it no other place.
    let without_password = |host: &str| match host.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}", user.split(':').next().unwrap_or_default()),
        None => host.to_owned(),
    };
    let Some((host, path)) = apart else { return trimmed(bare) };
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("./").or_else(|| path.strip_prefix("~/")).unwrap_or(path);
    format!("{}:/{}", without_password(host).to_lowercase(), trimmed(path))
}

/// The path of a repository in a folder of this host.
pub(in crate::sensors::backup) fn folder(location: &str) -> Option<String> {
    let place = place(location);
    place.starts_with('/').then_some(place)
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn trimmed(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && path.starts_with('/') { "/".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &[&str], expected: &str) {
        for written in written {
            assert_eq!(place(written), expected, "{written}");
        }
    }

    #[test]
    fn the_same_place_is_written_in_many_ways() {
        check(&["/srv/borg", "/srv/borg/", "file:///srv/borg", " /srv/borg\n"], "/srv/borg");
        check(
            &["ssh://opd@DC.example:22/./dinkes", "opd@dc.example:dinkes", "ssh://opd@dc.example/~/dinkes/"],
            "opd@dc.example:/dinkes",
        );
        check(&["ssh://opd@dc/srv/borg", "opd@dc:/srv/borg"], "opd@dc:/srv/borg");
        check(&["ssh://opd@[fd00::1]:2222/srv/borg"], "opd@[fd00::1]:/srv/borg");
        check(&["ssh://opd:rahasia@dc/srv/borg"], "opd@dc:/srv/borg");
        check(&["/"], "/");
        check(&["borg"], "borg");
        assert_eq!(folder("opd@dc:/srv/borg"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(ssh://)?[a-z@:]{0,8}[/:.~0-9]{0,6}") {
            let once = place(&near);
            proptest::prop_assert_eq!(folder(&once).is_some(), folder(&near).is_some());
            let _ = place(&text);
        }
    }
}
