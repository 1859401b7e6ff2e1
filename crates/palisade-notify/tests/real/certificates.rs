//! Certificates, made by the command of OpenSSL.

use crate::programs::program;
use std::{path::Path, process::Command};

/// Makes in `folder` a server's key and certificate for `localhost`, issued by the authority in `root.pem`, and
/// `other.pem`, an authority that has issued nothing; `None` when the test is to be skipped.
pub(crate) fn make(folder: &Path) -> Option<()> {
    if !program("openssl") {
        return None;
    }
    let openssl = |arguments: &str| {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let extensions = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n";
    std::fs::write(folder.join("extensions"), extensions).unwrap();
    let new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for name in ["root", "other"] {
        openssl(&format!("req -x509 {new_key} -keyout {name}.key -out {name}.pem -days 2 -subj /CN={name}"));
    }
    openssl(&format!("req {new_key} -keyout server.key -out server.csr -subj /CN=localhost"));
    openssl(
        "x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -out server.pem -days 2 -extfile extensions",
    );
    Some(())
}
