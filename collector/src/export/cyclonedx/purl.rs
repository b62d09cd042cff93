//! Package URLs: how a package is named across all tools (ECMA-427, <https://github.com/package-url/purl-spec>).
//! Vulnerability scanners find a package by it, so one that cannot be made rightly is left out.

use std::fmt::Write as _;

use patuh_protocol::inventory::{Package, System};

/// The URL of `package`, which `manager` (the sensor's name behind the slash) installed on a host that runs
/// `system`. `None` for managers without a registered type (snap, flatpak).
pub(super) fn of(manager: &str, package: &Package, system: Option<&System>) -> Option<String> {
    let name = package.name.as_str();
    if !is_name(manager, name) {
        return None;
    }
    let lower = name.to_lowercase();
    match manager {
        "dpkg" => Some(distro("deb", "debian", &lower, package, system)),
        "apk" => Some(distro("apk", "alpine", &lower, package, system)),
        "pacman" => Some(distro("alpm", "arch", &lower, package, system)),
        "rpm" => Some(distro("rpm", "", name, package, system)),
        "pip" => Some(plain("pypi", None, &lower.replace('_', "-"), &package.version)),
        "npm" | "composer" => {
            let kind = if manager == "npm" { "npm" } else { "composer" };
            let (namespace, name) =
                lower.split_once('/').map_or((None, lower.as_str()), |(a, b)| (Some(a), b));
            Some(plain(kind, namespace, name, &package.version))
        }
        _ => None,
    }
}

/// Whether a package can be called so: what hosts say is not always a name, and a URL of it would find nothing.
fn is_name(manager: &str, name: &str) -> bool {
    let of_language = matches!(manager, "pip" | "npm" | "composer");
    let takes =
        |c: char| c.is_ascii_alphanumeric() || "._-+@/".contains(c) || (!of_language && c.is_ascii_graphic());
    !name.is_empty() && name.chars().all(takes)
}

fn plain(kind: &str, namespace: Option<&str>, name: &str, version: &str) -> String {
    let mut url = format!("pkg:{kind}/");
    if let Some(namespace) = namespace {
        let _ = write!(url, "{}/", encoded(namespace));
    }
    url.push_str(&encoded(name));
    if !version.is_empty() {
        let _ = write!(url, "@{}", encoded(version));
    }
    url
}

/// A package of a distribution. `usual` is the distribution when the host does not say which it is.
fn distro(kind: &str, usual: &str, name: &str, package: &Package, system: Option<&System>) -> String {
    let id = system.and_then(|system| system.id.as_deref()).unwrap_or(usual);
    let vendor = vendor(id);
    let namespace = Some(vendor.as_str()).filter(|vendor| !vendor.is_empty());
    let (epoch, version) = if kind == "rpm" { epoch(&package.version) } else { (None, &*package.version) };
    let release = system.and_then(|system| system.version.as_deref()).unwrap_or_default();
    let distro = if release.is_empty() || id.is_empty() { String::new() } else { format!("{id}-{release}") };
    let qualifiers = [
        ("arch", package.architecture.as_str()),
        ("distro", distro.as_str()),
        ("epoch", epoch.unwrap_or_default()),
    ];
    let mut url = plain(kind, namespace, name, version);
    for ((key, value), n) in qualifiers.into_iter().filter(|(_, value)| !value.is_empty()).zip(0..) {
        let mark = if n == 0 { '?' } else { '&' };
        let _ = write!(url, "{mark}{key}={}", encoded(value));
    }
    url
}

/// The namespace that the purl types use for an `ID` of os-release(5).
fn vendor(id: &str) -> String {
    match id {
        "rhel" => "redhat".to_owned(),
        "ol" => "oracle".to_owned(),
        "opensuse-leap" | "opensuse-tumbleweed" => "opensuse".to_owned(),
        "archarm" => "arch".to_owned(),
        other => other.to_lowercase(),
    }
}

/// An rpm version without its epoch, which is a qualifier of its own.
fn epoch(version: &str) -> (Option<&str>, &str) {
    match version.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => {
            (Some(epoch), rest)
        }
        _ => (None, version),
    }
}

/// Percent-encoded, but for what purl leaves as it is.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(manager: &str, os: &str, package: [&str; 3], expected: Option<&str>) {
        let [name, version, architecture] = package.map(ToOwned::to_owned);
        let package = Package { name, version, architecture, ..Package::default() };
        let (id, version) = os.split_once(' ').unwrap_or((os, ""));
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let system = System { id: text(id), version: text(version), ..System::default() };
        let system = Some(&system).filter(|_| !os.is_empty());
        assert_eq!(of(manager, &package, system).as_deref(), expected);
    }

    /// The forms are those of the examples in the specification's types.
    #[test]
    fn packages_are_named_as_their_types_say() {
        check(
            "dpkg",
            "debian 12",
            ["libstdc++6", "1:12.2.0-14+deb12u1", "amd64"],
            Some("pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12"),
        );
        check("dpkg", "", ["curl", "7.50.3-1", ""], Some("pkg:deb/debian/curl@7.50.3-1"));
        check(
            "rpm",
            "rhel 9.4",
            ["MySQL-python", "1:1.2.5-1.el7", "x86_64"],
            Some("pkg:rpm/redhat/MySQL-python@1.2.5-1.el7?arch=x86_64&distro=rhel-9.4&epoch=1"),
        );
        check("rpm", "", ["curl", "7-1", ""], Some("pkg:rpm/curl@7-1"));
        check(
            "apk",
            "alpine 3.19.1",
            ["musl", "1.2.4_git20230717-r4", "x86_64"],
            Some("pkg:apk/alpine/musl@1.2.4_git20230717-r4?arch=x86_64&distro=alpine-3.19.1"),
        );
        check(
            "pacman",
            "arch",
            ["pacman", "6.0.1-1", "x86_64"],
            Some("pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64"),
        );
        check(
            "pip",
            "debian 12",
            ["Typing_Extensions", "4.9.0", ""],
            Some("pkg:pypi/typing-extensions@4.9.0"),
        );
        check("npm", "", ["@angular/cli", "17.1.0", ""], Some("pkg:npm/%40angular/cli@17.1.0"));
        check("composer", "", ["Laravel/Framework", "10.0", ""], Some("pkg:composer/laravel/framework@10.0"));
        check("snap", "ubuntu 22.04", ["lxd", "5.0", ""], None);
        check("npm", "", ["", "1", ""], None);
        check("pip", "", ["\u{fffd}[31m", "1", ""], None);
        check("dpkg", "", ["dua kata", "1", ""], None);
    }

    proptest::proptest! {
        #[test]
        fn no_name_breaks_out_of_its_place(name: String, version: String, architecture: String) {
            let package = Package { name, version, architecture, ..Package::default() };
            for manager in ["dpkg", "rpm", "pip"] {
                let Some(url) = of(manager, &package, None) else { continue };
                assert!(url.is_ascii() && !url.contains(char::is_whitespace), "{url}");
                assert!(url.matches('@').count() <= 1 && url.matches('?').count() <= 1, "{url}");
                assert!(!url.contains('#'), "{url}");
            }
        }
    }
}
