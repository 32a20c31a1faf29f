//! The end-to-end suite against LocalStack.
