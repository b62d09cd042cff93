//! Database servers as they are laid out on whole hosts.

use patuh_protocol::inventory::DatabaseService;

use super::*;
use crate::roots::fixture;

/// The first bytes of a control file of PostgreSQL 15.
const CONTROL: &[u8] =
    &[0xc2, 0x28, 0xaa, 0x0f, 0xf2, 0xe0, 0x0d, 0x6a, 0x14, 0x05, 0, 0, 0x25, 0x77, 0x0d, 0x0c];

fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    let host = fixture::host(files);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let services = match read {
        Some(Reading::Databases(services)) => services,
        _ => Vec::new(),
    };
    let word = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let shown = |s: &DatabaseService| {
        let databases: Vec<&str> = s.databases.iter().map(|database| database.name.as_str()).collect();
        format!(
            "{:?} {} {} {} port={} running={} [{}] {}",
            s.engine,
            s.name,
            word(s.version.clone()),
            word(s.system_id.clone()),
            word(s.port.map(|port| port.to_string())),
            word(s.running.map(|running| running.to_string())),
            databases.join(" "),
            word(s.note.clone()),
        )
    };
    assert_eq!(services.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[test]
fn clusters_of_postgresql() {
    check(
        &[
            ("etc/postgresql/15/main/postgresql.conf", b"data_directory = '/srv/pg'\nport = 5433 # x\n"),
            ("srv/pg/PG_VERSION", b"15\n"),
            ("srv/pg/global/pg_control", CONTROL),
            ("srv/pg/postmaster.pid", b"812\n/srv/pg\n1700000000\n5440\n/run/postgresql\n"),
            ("proc/812/comm", b"postgres\n"),
            ("srv/pg/base/1/1", b""),
            ("srv/pg/base/16384/1", b"x"),
            ("srv/pg/base/9999999/1", b"x"),
            ("srv/pg/base/pgsql_tmp/1", b"x"),
            ("srv/pg/pg_tblspc/16400", b"-> /srv/other"),
            ("etc/postgresql/13/gone/postgresql.conf", b"port = 5432\n"),
            ("var/lib/postgresql/11/old/PG_VERSION", b"11\n"),
            ("var/lib/postgresql/11/old/postmaster.pid", b"9\n"),
            ("proc/9/comm", b"kworker\n"),
            ("var/lib/pgsql/9.6/data/PG_VERSION", b"9.6\n"),
            ("var/lib/pgsql/9.6/data/postgresql.conf", b"#port = 5432\n"),
        ],
        &[
            "Postgresql /var/lib/pgsql/9.6/data 9.6 - port=- running=false [] -",
            "Postgresql /var/lib/postgresql/11/old 11 - port=- running=false [] -",
            "Postgresql 13/gone - - port=5432 running=- [] no data in its folder",
            "Postgresql 15/main 15 7642011472967116994 port=5440 running=true [oid 16384 oid 9999999] some databases by object id; tablespaces are not measured",
        ],
    );
}

#[test]
fn mysql_and_mariadb() {
    check(
        &[
            ("etc/mysql/my.cnf", b"[client]\nport = 1\n!includedir /etc/mysql/mariadb.conf.d/\n"),
            (
                "etc/mysql/mariadb.conf.d/50-server.cnf",
                b"[server]\n[mysqld]\npid-file = /run/mysqld/mysqld.pid\ndatadir=/data/mysql/\nport=3307\n",
            ),
            ("data/mysql/ibdata1", b"x"),
            (
                "data/mysql/aria_log_control",
                b"\xfe\xfe\x0c\x01\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10 more",
            ),
            ("data/mysql/mariadb_upgrade_info", b"10.11.19-MariaDB"),
            ("data/mysql/mysql/db.frm", b""),
            ("data/mysql/simpeg/pegawai.ibd", b"x"),
            ("data/mysql/e@002dkinerja/x.ibd", b"x"),
            ("data/mysql/#innodb_temp/x", b""),
            ("run/mysqld/mysqld.pid", b"900\n"),
            ("proc/900/comm", b"mariadbd\n"),
            ("opt/lampp/var/mysql/ibdata1", b""),
            ("opt/lampp/var/mysql/auto.cnf", b"[auto]\nserver-uuid=6a3f0000-1111-11ee-9d4a-bc2411aa0001\n"),
            ("opt/lampp/var/mysql/srv.pid", b"901\n"),
        ],
        &[
            "Mysql /opt/lampp/var/mysql - 6a3f0000-1111-11ee-9d4a-bc2411aa0001 port=- running=false [] -",
            "Mariadb /data/mysql 10.11.19 01020304-0506-0708-090a-0b0c0d0e0f10 port=3307 running=true [e-kinerja simpeg] -",
        ],
    );
}

#[test]
fn mongodb_and_redis() {
    check(
        &[
            ("etc/mongod.conf", b"storage:\n  dbPath: /var/lib/mongodb\nnet:\n  port: 27017\n"),
            ("var/lib/mongodb/WiredTiger", b"WiredTiger\n"),
            ("var/lib/mongodb/mongod.lock", b""),
            ("var/lib/mongodb/journal/x", b""),
            (
                "etc/redis/redis.conf",
                b"port 6379\ndir /var/lib/redis\npidfile /run/redis.pid\nrequirepass rahasia\n",
            ),
            ("etc/redis/sentinel.conf", b"port 26379\n"),
            ("var/lib/redis/dump.rdb", b"REDIS0010\xfa\x09redis-ver\x067.0.15\xfa"),
            ("var/lib/redis/other", b""),
            ("etc/redis.conf", b"port 0\n"),
        ],
        &[
            "Mongodb /var/lib/mongodb - - port=27017 running=false [] databases are not to be seen in files",
            "Redis /etc/redis.conf - - port=- running=- [] -",
            "Redis /etc/redis/redis.conf 7.0.15 - port=6379 running=false [dump.rdb] -",
        ],
    );
}

#[test]
fn files_of_sqlite() {
    let sizes = br#"{"/var/lib/grafana/grafana.db": {"modified": "2026-11-21T09:00:00Z", "bytes": 5000000},
        "/srv/pajak/database/database.sqlite": {"modified": "2026-11-21T09:00:00Z", "bytes": 2000000},
        "/var/lib/small/x.db": {"modified": "2026-11-21T09:00:00Z", "bytes": 1000},
        "/var/lib/other/x.db": {"modified": "2026-11-21T09:00:00Z", "bytes": 5000000},
        "/var/lib/dnf/history.sqlite": {"modified": "2026-11-21T09:00:00Z", "bytes": 5000000}}"#;
    let magic = b"SQLite format 3\0 and more";
    check(
        &[
            (".host/files.json", sizes),
            ("etc/nginx/nginx.conf", b"http { server { server_name a; root /srv/pajak/public; } }"),
            ("srv/pajak/database/database.sqlite", magic),
            ("var/lib/grafana/grafana.db", magic),
            ("var/lib/grafana/link.db", b"-> grafana.db"),
            ("var/lib/small/x.db", magic),
            ("var/lib/other/x.db", b"PK and more"),
            ("var/lib/dnf/history.sqlite", magic),
        ],
        &[
            "Sqlite /srv/pajak/database/database.sqlite - - port=- running=- [database.sqlite] -",
            "Sqlite /var/lib/grafana/grafana.db - - port=- running=- [grafana.db] -",
        ],
    );
}

#[test]
fn data_on_another_host_are_named_and_not_touched() {
    check(
        &[
            (
                "proc/self/mountinfo",
                b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /mnt/nas rw - nfs4 nas:/x rw\n",
            ),
            ("etc/postgresql/15/main/postgresql.conf", b"data_directory = '/mnt/nas/pg'\n"),
            ("mnt/nas/pg/PG_VERSION", b"15\n"),
            ("etc/my.cnf", b"[mysqld]\ndatadir=/mnt/nas/mysql\n"),
        ],
        &[
            "Postgresql 15/main - - port=- running=- [] the data lie on another host",
            "Mysql /mnt/nas/mysql - - port=- running=- [] the data lie on another host",
        ],
    );
}

#[test]
fn a_plain_host_has_none() {
    check(&[("var/lib/dpkg/status", b"x")], &[]);
}
