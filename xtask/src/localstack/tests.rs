//! Which Python is fit, which answer is one, and whose process it is.

use std::path::{Path, PathBuf};

use super::{answer, process, python};

#[test]
fn versions_of_pyenv_are_read_from_the_names_of_folders() {
    let cases = [
        ("3.13.0", Some((3, 13))),
        ("3.14-dev", Some((3, 14))),
        ("3.13t", Some((3, 13))),
        ("pypy3.10", None),
        ("system", None),
    ];
    for (name, expected) in cases {
        assert_eq!(python::version(name), expected, "{name}");
    }
}

#[test]
fn python_is_fit_from_3_13_on() {
    for (said, expected) in [
        ("3 13 /opt/py thon/bin/python3\n", Some("/opt/py thon/bin/python3")),
        ("3 14 /usr/bin/python3\n", Some("/usr/bin/python3")),
        ("3 12 /usr/bin/python3\n", None),
        ("2 7 /usr/bin/python\n", None),
        ("", None),
    ] {
        assert_eq!(python::answered(said), expected.map(PathBuf::from), "{said}");
    }
}

#[test]
fn only_the_account_that_asked_is_an_answer() {
    let good = "HTTP/1.1 200 \r\nx: y\r\n\r\n<Account>000000000042</Account>";
    assert!(answer::check(good).is_ok());
    for bad in ["", "HTTP/1.1 501 \r\n\r\n<Account>000000000042</Account>", "HTTP/1.1 200 \r\n\r\n{\"status\": \"ok\"}"]
    {
        assert!(answer::check(bad).is_err(), "{bad}");
    }
}

#[test]
fn another_process_is_never_ours() {
    assert!(!process::is_ours(std::process::id(), Path::new("state")));
    assert!(!process::is_ours(u32::MAX, Path::new("state")));
}
