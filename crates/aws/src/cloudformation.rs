//! CloudFormation: stack sets with their instances and operations, and plain stacks.
