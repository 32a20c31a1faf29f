//! The CSV reader: what it takes, and that every bad line is told with its place.

use super::read;
use crate::config::Problems;
use rolecall_iam::source::SourceMap;

/// Accounts with IDs, and problems as `line:column code message`.
fn check(text: &str) -> (Option<Vec<String>>, Vec<String>) {
    let mut sources = SourceMap::new();
    let file = sources.add("ids.csv", text);
    let mut problems = Problems::default();
    let ids = read(file, text, &mut problems);
    let shown = problems.into_sorted().into_iter().map(|problem| {
        let at = sources.locate(problem.span);
        format!("{} {} | {} | {}", at.trim_start_matches("ids.csv:"), problem.code, problem.message, problem.help)
    });
    (ids.map(|ids| ids.iter().map(|(account, (_, id))| format!("{account}={}", id.value)).collect()), shown.collect())
}

#[test]
fn plain_quoted_crlf_bom_and_blank_lines_are_read() {
    let text = "\u{feff}account_id,external_id\r\n111122223333,abc\r\n\r\n\"444455556666\",\"a,b\"\r\n";
    let (ids, problems) = check(text);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(ids.unwrap(), ["111122223333=abc", "444455556666=a,b"]);
}

#[test]
fn a_header_alone_is_an_empty_list() {
    assert_eq!(check("account_id,external_id\n"), (Some(Vec::new()), Vec::new()));
}

#[test]
fn every_bad_line_is_told_with_its_place() {
    let text = "account_id,external_id\n\
                1111,abc\n\
                111122223333\n\
                111122223333,ok-id \n\
                222233334444,x\n\
                333344445555,a,b\n\
                444455556666,fine\n\
                444455556666,other\n\
                555566667777,\"line\n\"\n\
                666677778888,\"open\n";
    let (ids, problems) = check(text);
    assert_eq!(ids, None);
    let starts: Vec<&str> = problems.iter().map(|problem| problem.split(" | ").next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "2:1 bad-account-id",
            "3:1 csv-fields",
            "4:14 external-id-white-space",
            "5:14 bad-external-id",
            "6:1 csv-fields",
            "8:1 csv-duplicate-account",
            "9:14 external-id-white-space",
            "11:14 csv-syntax",
            "11:14 external-id-white-space",
        ]
    );
    assert!(problems[2].contains("(1 behind it): write `ok-id`"), "{}", problems[2]);
    assert!(problems[5].contains("two IDs: `fine` and `other`"), "{}", problems[5]);
}

#[test]
fn an_empty_file_and_another_header_are_told() {
    assert_eq!(check("").1.len(), 1);
    assert!(check("").1[0].starts_with("1:1 empty-document"));
    let (ids, problems) = check("account,id\n111122223333,abc\n");
    assert_eq!(ids, None);
    assert!(problems[0].starts_with("1:1 csv-header | the first line is `account,id`"), "{problems:?}");
}

#[test]
fn odd_line_ends_stop_nowhere() {
    for text in
        ["\r", "account_id,external_id\r", "a\r\r\n\rb", "\"x\"\r,\r", "\"", ",\n,", "account_id,external_id\n,\r"]
    {
        let _ = check(text);
    }
}
