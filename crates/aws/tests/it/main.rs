//! Every call of AWS against a server that answers like AWS, wrongly, or not at all.

mod calls;
mod content;
mod faults;
mod paging;
mod secrets;
mod server;
