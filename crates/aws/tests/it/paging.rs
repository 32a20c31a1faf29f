//! Listings: empty pages, tokens that come again, pages that fail.

use crate::calls::{PageToken, row};
use crate::server::{answer, connect, error, parameter, reply, serve};
use rolecall_aws::{Operation, Protocol, Service};
use std::sync::atomic::{AtomicUsize, Ordering};

fn listings() -> impl Iterator<Item = (Operation, PageToken)> {
    Operation::ALL.iter().filter_map(|operation| Some((*operation, row(*operation).paged?)))
}

#[tokio::test]
async fn an_empty_page_with_a_token_is_not_the_end() {
    let mut seen = 0;
    for (operation, token) in listings() {
        seen += 1;
        let pages = [answer(operation, ".empty-page"), answer(operation, ""), answer(operation, ".last")];
        let count = AtomicUsize::new(0);
        let server = serve(move |_| reply(200, pages[count.fetch_add(1, Ordering::SeqCst)].clone())).await;
        let row = row(operation);
        let given = (row.call)(&connect(&server.uri())).await.unwrap();
        for expected in row.gives {
            assert!(given.contains(expected), "{operation}: `{expected}` is not in {given}");
        }
        let requests = server.received_requests().await.unwrap();
        let tokens: Vec<Option<String>> = requests.iter().map(|request| parameter(request, token.name())).collect();
        assert!(matches!(tokens.as_slice(), [None, Some(first), Some(second)] if first != second), "{tokens:?}");
    }
    assert_eq!(seen, 18, "listings");
}

#[tokio::test]
async fn a_token_that_comes_again_is_a_fault() {
    for (operation, _) in listings() {
        // A circle of one page, and one of two.
        for circle in [vec![""], vec!["", ".empty-page"]] {
            let pages: Vec<String> = circle.iter().map(|variant| answer(operation, variant)).collect();
            let length = pages.len();
            let count = AtomicUsize::new(0);
            let next =
                move |_: &wiremock::Request| reply(200, pages[count.fetch_add(1, Ordering::SeqCst) % length].clone());
            let server = serve(next).await;
            let failure = (row(operation).call)(&connect(&server.uri())).await.expect_err(operation.name());
            assert_eq!(failure.code, "MalformedAnswer", "{operation}");
            assert!(failure.message.contains("circle"), "{failure}");
            let asked = server.received_requests().await.unwrap().len();
            assert_eq!(asked, length + 1, "{operation} asked {asked} times in a circle of {length}");
        }
    }
}

#[tokio::test]
async fn a_truncated_answer_without_a_marker_is_a_fault() {
    for (operation, token) in listings().filter(|(_, token)| *token == PageToken::Marker) {
        let whole = answer(operation, "");
        let (before, rest) = whole.split_once(&format!("<{}>", token.name())).unwrap();
        let (_, after) = rest.split_once(&format!("</{}>", token.name())).unwrap();
        for marker in ["", "<Marker></Marker>"] {
            let body = format!("{before}{marker}{after}");
            let server = serve(move |_| reply(200, body.clone())).await;
            let failure = (row(operation).call)(&connect(&server.uri())).await.expect_err(operation.name());
            assert_eq!(failure.code, "MalformedAnswer", "{operation}");
        }
    }
}

#[tokio::test]
async fn a_listing_that_fails_on_its_way_is_no_listing() {
    for (operation, token) in listings() {
        let first = answer(operation, "");
        let name =
            if operation.service().protocol() == Protocol::Json { "TooManyRequestsException" } else { "Throttling" };
        let throttled = error(operation.service(), name);
        let respond = move |request: &wiremock::Request| match parameter(request, token.name()) {
            None => reply(200, first.clone()),
            Some(_) => throttled.clone(),
        };
        let server = serve(respond).await;
        let failure = (row(operation).call)(&connect(&server.uri())).await.expect_err(operation.name());
        assert_eq!(failure.code, name, "{operation}");
    }
}

#[tokio::test]
async fn a_page_that_failed_is_asked_for_again() {
    let operation = Operation::ListAccounts;
    let throttled = error(Service::Organizations, "TooManyRequestsException");
    let count = AtomicUsize::new(0);
    let respond = move |_: &wiremock::Request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => reply(200, answer(operation, "")),
        1 => throttled.clone(),
        _ => reply(200, answer(operation, ".last")),
    };
    let server = serve(respond).await;
    let mut pages = connect(&server.uri()).list_accounts();
    assert_eq!(pages.next().await.unwrap().map(|page| page.len()), Some(2));
    assert_eq!(pages.next().await.unwrap_err().code, "TooManyRequestsException");
    assert_eq!(pages.next().await.unwrap().map(|page| page.len()), Some(2));
    assert_eq!(pages.next().await.unwrap(), None);
    let requests = server.received_requests().await.unwrap();
    let tokens: Vec<_> = requests.iter().map(|request| parameter(request, "NextToken")).collect();
    let second = Some("accounts-2".to_owned());
    assert_eq!(tokens, [None, second.clone(), second]);
}

#[tokio::test]
async fn a_list_that_is_missing_is_an_empty_page_only_beside_a_token() {
    let count = AtomicUsize::new(0);
    let respond = move |_: &wiremock::Request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => reply(200, r#"{"NextToken": "more"}"#),
        _ => reply(200, r#"{"NextToken": ""}"#),
    };
    let server = serve(respond).await;
    let mut pages = connect(&server.uri()).list_accounts();
    assert_eq!(pages.next().await.unwrap(), Some(Vec::new()));
    assert_eq!(pages.next().await.unwrap_err().code, "MalformedAnswer");
}
