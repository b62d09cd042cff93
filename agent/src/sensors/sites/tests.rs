//! Web servers as they are set up by distributions, by XAMPP and by hand.

use super::*;
use crate::roots::fixture;

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let host = fixture::host(files);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let sites = match read {
        Some(Reading::Sites(sites)) => sites,
        _ => Vec::new(),
    };
    let shown = |site: &Site| {
        format!(
            "{} [{}] {} root={} {} {}",
            site.server,
            site.names.join(" "),
            site.listen.join(" "),
            site.root.as_deref().unwrap_or("-"),
            site.application.as_deref().unwrap_or("-"),
            site.version.as_deref().unwrap_or("-"),
        )
    };
    assert_eq!(sites.iter().map(shown).collect::<Vec<_>>(), expected);
}

const WORDPRESS: &str = "<?php $wp_version = '6.4.3';";

#[test]
fn apache_of_debian() {
    check(
        &[
            (
                "etc/apache2/apache2.conf",
                "Define BASE /srv/www\nIncludeOptional sites-enabled/*.conf\nInclude ports.conf\n",
            ),
            ("etc/apache2/ports.conf", "Listen 80\n<IfModule ssl_module>\n  Listen 443\n</IfModule>\n"),
            ("etc/apache2/sites-enabled/b.conf", "-> ../sites-available/b.conf"),
            (
                "etc/apache2/sites-available/b.conf",
                "<VirtualHost *:80>\n ServerName dinkes.go.id\n ServerAlias \\\n  www.dinkes.go.id\n Redirect / https://dinkes.go.id/\n</VirtualHost>\n\
                 <VirtualHost *:443>\n ServerName dinkes.go.id:443\n ServerAlias www.dinkes.go.id\n DocumentRoot ${BASE}/dinkes\n</VirtualHost>\n",
            ),
            ("srv/www/dinkes/wp-includes/version.php", WORDPRESS),
            ("srv/www/dinkes/arsip/wp-includes/version.php", WORDPRESS),
            ("srv/www/dinkes/gambar/x.png", ""),
            ("var/www/lama/index.php", ""),
            ("var/www/kosong/readme", ""),
        ],
        &[
            "apache [dinkes.go.id www.dinkes.go.id] *:443 *:80 root=/srv/www/dinkes WordPress 6.4.3",
            "files []  root=/srv/www/dinkes/arsip WordPress 6.4.3",
            "files []  root=/var/www/lama - -",
        ],
    );
}

#[test]
fn apache_of_red_hat_and_xampp_have_a_main_server() {
    check(
        &[
            (
                "etc/httpd/conf/httpd.conf",
                "ServerRoot \"/etc/httpd\"\nListen 80\nDocumentRoot \"/var/www/html\"\nIncludeOptional conf.d/*.conf\n",
            ),
            (
                "etc/httpd/conf.d/siak.conf",
                "<VirtualHost _default_:8080>\nDocumentRoot /srv/siak\n</VirtualHost>\n",
            ),
            ("srv/siak/system/core/CodeIgniter.php", "define('CI_VERSION', '2.2.6');"),
            (
                "opt/lampp/etc/httpd.conf",
                "ServerRoot /opt/lampp\nListen 80\nServerName localhost\nDocumentRoot htdocs\n",
            ),
            ("opt/lampp/htdocs/simda/donjo-app/x", ""),
            ("opt/lampp/htdocs/dashboard/index.html", ""),
        ],
        &[
            "apache [] *:8080 root=/srv/siak CodeIgniter 2.2.6",
            "apache [] *:80 root=/var/www/html - -",
            "files []  root=/opt/lampp/htdocs/simda OpenSID -",
            "xampp [localhost] *:80 root=/opt/lampp/htdocs - -",
        ],
    );
}

#[test]
fn nginx_with_a_redirection_and_a_proxy() {
    check(
        &[
            ("etc/nginx/nginx.conf", "http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }"),
            ("etc/nginx/sites-enabled/pajak", "-> /etc/nginx/sites-available/pajak"),
            (
                "etc/nginx/sites-available/pajak",
                "server { listen 80; server_name pajak.go.id; return 301 https://$host$request_uri; }
                 server { listen 443 ssl; server_name pajak.go.id; root /srv/pajak/public; }
                 server { listen 8443 ssl; server_name api.pajak.go.id; location / { proxy_pass http://[::1]:3000; } }",
            ),
            ("srv/pajak/vendor/laravel/framework/src/Illuminate/Foundation/Application.php", "const VERSION = '9.52.16';"),
        ],
        &[
            "nginx [api.pajak.go.id] *:8443 root=- - -",
            "nginx [pajak.go.id] *:443 *:80 root=/srv/pajak/public Laravel 9.52.16",
        ],
    );
}

#[test]
fn a_document_root_on_another_host_is_not_touched() {
    check(
        &[
            (
                "proc/self/mountinfo",
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /srv rw - nfs4 nas:/srv rw\n",
            ),
            ("etc/nginx/nginx.conf", "http { server { server_name a; root /srv/a; } }"),
            ("srv/a/wp-includes/version.php", WORDPRESS),
        ],
        &["nginx [a] *:80 root=/srv/a - -"],
    );
}

#[test]
fn the_search_for_applications_has_a_bound() {
    let host = fixture::host(&[
        ("var/www/a/wp-includes/version.php", WORDPRESS),
        ("var/www/b/wp-includes/version.php", WORDPRESS),
    ]);
    let places = Places { roots: &host.roots, mounts: Vec::new(), left: Cell::new(1) };
    assert_eq!(places.below(&BTreeSet::new()).len(), 1);
}

#[test]
fn files_that_draw_in_each_other_come_to_an_end() {
    check(
        &[
            ("etc/nginx/nginx.conf", "include nginx.conf; include conf.d/*; server { server_name a; }"),
            ("etc/nginx/conf.d/x", "include /etc/nginx/conf.d/*;"),
            ("etc/apache2/apache2.conf", "Include apache2.conf\nInclude .\nDocumentRoot /srv\n"),
        ],
        &["apache []  root=/srv - -", "nginx [a] *:80 root=- - -"],
    );
}

#[test]
fn a_host_without_web_servers_has_nothing() {
    check(&[("etc/hostname", "x")], &[]);
}
