//! Who is who: the certificate authority, the agents' certificates, and the people's passwords.

pub mod password;
