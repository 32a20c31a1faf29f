//! Table tests of the group.
