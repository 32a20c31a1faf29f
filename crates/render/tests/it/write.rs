//! Role code as written, judged by the tools that read it and by stand-ins that record what it would do.

mod account_factory;
mod aws_cli;
mod cloudformation;
mod quoting;
mod refusals;
mod sample;
mod stack_set;
mod stub;
mod terraform;
mod tool;
