//! The counts from a JUnit file of nextest's shape.

use super::*;

const JUNIT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="4" failures="1" errors="0">
    <testsuite name="rolecall-render::it" tests="4" disabled="0" errors="0" failures="1">
        <testcase name="cloudformation::quoting" classname="rolecall-render::it" time="0.004">
        </testcase>
        <testcase name="terraform::fmt" classname="rolecall-render::it" time="0.004">
            <system-out>running 1 test
not run: no terraform
</system-out>
        </testcase>
        <testcase name="aws_cli::shellcheck" classname="rolecall-render::it" time="0.004">
            <system-err>not run: no shellcheck</system-err>
        </testcase>
        <testcase name="broken" classname="rolecall-render::it" time="0.004">
            <failure type="test failure">panicked: not run: no bash, but required</failure>
        </testcase>
    </testsuite>
</testsuites>
"#;

#[test]
fn tests_without_their_tool_are_counted_apart() {
    let summary = summarise(JUNIT);
    assert_eq!(summary.passed, 1);
    assert_eq!(summary.failed, 1);
    assert_eq!(
        summary.not_run,
        ["rolecall-render::it terraform::fmt: no terraform", "rolecall-render::it aws_cli::shellcheck: no shellcheck"]
    );
}

#[test]
fn an_empty_run_counts_nothing() {
    assert_eq!(summarise("<testsuites></testsuites>"), Summary::default());
}
