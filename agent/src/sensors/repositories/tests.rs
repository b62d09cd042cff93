use super::*;
use crate::roots::fixture;

fn words(it: &Repository) -> String {
    let suite = it.suite.clone().unwrap_or_default();
    let state = if it.enabled { "" } else { "off" };
    let signed = match it.signed {
        Some(true) => "signed",
        Some(false) => "unsigned",
        None => "",
    };
    let components = it.components.join(",");
    let words = [it.kind.as_str(), &it.address, &suite, &components, state, signed];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn check(file: &str, text: &str, expected: &[&str]) {
    let host = fixture::host(&[(file, text)]);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let found = match read {
        Some(Reading::Repositories(found)) => found,
        _ => Vec::new(),
    };
    assert_eq!(found.iter().map(words).collect::<Vec<_>>(), expected, "{file}: {text}");
    for repository in found {
        assert_eq!(repository.file, format!("/{file}"));
    }
}

#[test]
fn apt_has_two_styles() {
    check(
        "etc/apt/sources.list",
        "# deb http://off.example x main\ndeb http://deb.debian.org/debian bookworm main contrib # all\n\
         deb-src http://deb.debian.org/debian bookworm main\n\
         deb [arch=amd64 signed-by=/usr/share/keyrings/p.gpg] https://opd:rahasia@apt.example/pg x-pgdg main\n\
         deb\t[trusted=yes] file:/srv/repo ./\ndeb cdrom:[Debian GNU/Linux 12]/ bookworm main\ndeb\ndebian\ndeb [x\n",
        &[
            "apt http://deb.debian.org/debian bookworm main,contrib",
            "apt https://apt.example/pg x-pgdg main signed",
            "apt file:/srv/repo ./ unsigned",
            "apt cdrom:[Debian GNU/Linux 12]/ bookworm main",
        ],
    );
    check(
        "etc/apt/sources.list.d/ubuntu.sources",
        "Types: deb deb-src\nURIs: http://id.archive.ubuntu.com/ubuntu\nSuites: noble noble-updates\n\
         Components: main\n universe\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xyz\n\n# next\n\
         Types: deb\nURIs: http://a http://b\nSuites: /\nEnabled: no\nTrusted: yes\n\nTypes: deb-src\nURIs: http://c\nSuites: x\n",
        &[
            "apt http://id.archive.ubuntu.com/ubuntu noble main,universe signed",
            "apt http://id.archive.ubuntu.com/ubuntu noble-updates main,universe signed",
            "apt http://a / off unsigned",
            "apt http://b / off unsigned",
        ],
    );
    check("etc/apt/sources.list.d/old.list.save", "deb http://a b c\n", &[]);
}

#[test]
fn others_have_sections() {
    check(
        "etc/yum.repos.d/CentOS-Base.repo",
        "[base]\nname=CentOS-$releasever - Base\nmirrorlist=http://mirrorlist.centos.org/?release=$releasever&repo=os\n\
         #baseurl=http://mirror.centos.org/\ngpgcheck=1\n\n[epel]\nbaseurl=https://opd:rahasia@a/epel\n    https://b/epel\n\
         enabled = 0\ngpgcheck=0\n[broken\nx\n",
        &["yum http://mirrorlist.centos.org/ base signed", "yum https://a/epel epel off unsigned"],
    );
    check("etc/yum.conf", "[main]\ngpgcheck=1\n", &[]);
    check("etc/zypp/repos.d/oss.repo", "[oss]\nbaseurl=http://c/oss\n", &["zypp http://c/oss oss"]);
    check(
        "var/lib/flatpak/repo/config",
        "[core]\nrepo_version=1\n[remote \"flathub\"]\nurl=https://dl.flathub.org/repo/\ngpg-verify=true\n\
         [remote \"old\"]\nurl=https://old/\nxa.disable=true\n",
        &["flatpak https://dl.flathub.org/repo/ flathub signed", "flatpak https://old/ old off"],
    );
}

#[test]
fn apk_has_an_address_a_line() {
    check(
        "etc/apk/repositories",
        "#/media/cdrom/apks\nhttp://dl-cdn.alpinelinux.org/alpine/v3.20/main\n@edge https://opd:rahasia@e/alpine/edge\n\n@x\n",
        &["apk http://dl-cdn.alpinelinux.org/alpine/v3.20/main", "apk https://e/alpine/edge @edge"],
    );
}

#[test]
fn pacman_includes_lists_of_mirrors() {
    let host = fixture::host(&[
        (
            "etc/pacman.conf",
            "[options]\nSigLevel = Never\n[core]\nInclude = /etc/pacman.d/mirrorlist\nCheckSpace\n\
             [own]\nSigLevel = Optional TrustAll\nServer = file:///srv/repo\n",
        ),
        (
            "etc/pacman.d/mirrorlist",
            "## Indonesia\nServer = https://a/$repo\n#Server = https://b\nServer=https://c\nServer = https://d\nServer = https://e\n",
        ),
    ]);
    let found: Vec<String> = pacman::read(&host.roots).unwrap().iter().map(words).collect();
    let expected = [
        "pacman https://a/$repo core",
        "pacman https://c core",
        "pacman https://d core",
        "pacman file:///srv/repo own unsigned",
    ];
    assert_eq!(found, expected);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text in "(deb|\\[|\\]|=|:| |\n|cdrom:\\[|é|@|#|uris|types: deb|suites|x){0,24}") {
        for (_, _, parse) in FILES {
            let _ = parse(&String::from_utf8_lossy(&bytes));
            let _ = parse(&text);
            let _ = parse(&format!("deb {text}\n[{text}]\nbaseurl={text}\n {text}\nuris: {text}\nsuites: {text}"));
        }
    }
}
