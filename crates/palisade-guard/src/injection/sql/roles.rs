//! What words and operators can do in a statement.

/// What a word or an operator can do, one bit each.
pub(super) type Roles = u64;

/// Joins conditions.
pub(super) const LOGIC: Roles = 1;
/// Stands between two values.
pub(super) const COMPARE: Roles = 1 << 1;
/// Begins a statement.
pub(super) const STATEMENT: Roles = 1 << 2;
/// Waits, fails with a message, or reads what the statement does not ask for; known to databases only.
pub(super) const PROBE: Roles = 1 << 3;
/// The same, but other languages have such functions as well.
pub(super) const COMMON: Roles = 1 << 4;
/// Takes a value apart, letter by letter, or tells about the database.
pub(super) const PIECE: Roles = 1 << 5;
pub(super) const SELECT: Roles = 1 << 6;
pub(super) const UNION: Roles = 1 << 7;
/// Stands between `union` and `select`.
pub(super) const ALL: Roles = 1 << 8;
pub(super) const FROM: Roles = 1 << 9;
pub(super) const INTO: Roles = 1 << 10;
pub(super) const BY: Roles = 1 << 11;
/// `order` or `group`.
pub(super) const ORDER: Roles = 1 << 12;
/// Introduces a condition.
pub(super) const WHERE: Roles = 1 << 13;
pub(super) const LIMIT: Roles = 1 << 14;
/// Stands before a value and changes it.
pub(super) const UNARY: Roles = 1 << 15;
pub(super) const LITERAL: Roles = 1 << 16;
pub(super) const CASE: Roles = 1 << 17;
pub(super) const DELAY: Roles = 1 << 18;
pub(super) const WAITFOR: Roles = 1 << 19;
pub(super) const FILE: Roles = 1 << 20;
pub(super) const PROCEDURE: Roles = 1 << 21;
pub(super) const ANALYSE: Roles = 1 << 22;
pub(super) const AS: Roles = 1 << 23;
pub(super) const EXEC: Roles = 1 << 24;
/// What a statement is about.
pub(super) const OBJECT: Roles = 1 << 25;
/// Names what the database knows of itself.
pub(super) const CATALOGUE: Roles = 1 << 26;
pub(super) const DIRECTION: Roles = 1 << 27;
pub(super) const DECLARE: Roles = 1 << 28;
pub(super) const NOT: Roles = 1 << 29;
/// Computes; does not compare.
pub(super) const ARITHMETIC: Roles = 1 << 30;
/// `=`
pub(super) const EQUALS: Roles = 1 << 31;
pub(super) const IN: Roles = 1 << 32;
pub(super) const IF: Roles = 1 << 33;
/// A procedure that reaches the system below the database, or its accounts.
pub(super) const SYSTEM: Roles = 1 << 34;
/// Holds passwords of the database.
pub(super) const ACCOUNTS: Roles = 1 << 35;
/// Other languages have it too, as a statement with a body.
pub(super) const CODE: Roles = 1 << 36;
/// Ends the database.
pub(super) const SHUTDOWN: Roles = 1 << 37;
/// `char` and `chr`.
pub(super) const CHAR: Roles = 1 << 38;
/// `||` and `+`
pub(super) const JOINS: Roles = 1 << 39;
