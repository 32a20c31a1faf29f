//! The protocols of AWS, apart from any service: parameters of the query protocol, XML answers, errors, the request as a
//! whole. What an action does belongs to the modules of the services.

mod answer;
mod page;
mod params;
mod refusal;
mod request;
mod xml;

pub(crate) use answer::{Done, Written, write_done, write_refusal};
pub(crate) use page::{Paging, write_end};
pub(crate) use params::{Params, percent_encoded};
pub(crate) use refusal::Refusal;
pub(crate) use request::{Body, Call, Credential, Protocol, prefix, read_call};
pub(crate) use xml::Xml;
