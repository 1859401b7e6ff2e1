//! The words of SQL, and what each of them can do in a statement.

use super::roles::{
    ACCOUNTS, ALL, ANALYSE, ARITHMETIC, AS, BY, CASE, CATALOGUE, CHAR, CODE, COMMON, COMPARE, DECLARE, DELAY,
    DIRECTION, EQUALS, EXEC, FILE, FROM, IF, IN, INTO, JOINS, LIMIT, LITERAL, LOGIC, NOT, OBJECT, ORDER, PIECE, PROBE,
    PROCEDURE, Roles, SELECT, SHUTDOWN, STATEMENT, SYSTEM, UNARY, UNION, WAITFOR, WHERE,
};

const WORDS: &[(Roles, &[&str])] = &[
    (LOGIC, &["or", "and", "xor", "div"]),
    (COMPARE, &["like", "rlike", "regexp", "between", "is", "ilike", "sounds", "glob", "similar", "mod"]),
    (COMPARE | IN, &["in"]),
    (STATEMENT | SELECT | PIECE, &["select"]),
    (
        STATEMENT,
        &[
            "insert", "update", "delete", "drop", "create", "alter", "truncate", "call", "copy", "grant", "backup",
            "replace", "merge", "rename", "revoke", "restore", "handler", "load", "use", "attach", "prepare",
        ],
    ),
    (STATEMENT | CODE, &["begin", "set", "while", "print", "kill"]),
    (STATEMENT | CODE | IF | PIECE, &["if"]),
    (STATEMENT | EXEC, &["exec", "execute"]),
    (STATEMENT | DECLARE, &["declare"]),
    (STATEMENT | SHUTDOWN, &["shutdown"]),
    (STATEMENT | WAITFOR, &["waitfor"]),
    (STATEMENT | UNION, &["union", "except", "intersect", "minus"]),
    (
        PROBE,
        &[
            "pg_sleep",
            "pg_sleep_for",
            "load_file",
            "extractvalue",
            "updatexml",
            "randomblob",
            "xmltype",
            "json_keys",
            "geometrycollection",
            "multipolygon",
            "multilinestring",
            "gtid_subset",
            "gtid_subtract",
            "name_const",
            "benchmark",
            "row_count",
            "load_extension",
            "pg_read_file",
            "pg_ls_dir",
            "lo_import",
            "lo_export",
            "query_to_xml",
            "database_to_xml",
            "openrowset",
            "opendatasource",
            "dblink_connect",
            "fn_xe_file_target_read_file",
            "st_latfromgeohash",
            "st_longfromgeohash",
            "st_pointfromgeohash",
            "httpuritype",
            "generate_series",
            "raise_application_error",
            "sys_eval",
            "sys_exec",
        ],
    ),
    (COMMON, &["sleep", "exp", "polygon", "linestring", "multipoint"]),
    (PIECE | CHAR, &["char", "chr", "nchar"]),
    (
        PIECE,
        &[
            "ascii",
            "ord",
            "substring",
            "substr",
            "mid",
            "concat",
            "concat_ws",
            "group_concat",
            "hex",
            "unhex",
            "cast",
            "convert",
            "length",
            "len",
            "iif",
            "user",
            "database",
            "version",
            "md5",
            "sha1",
            "elt",
            "make_set",
            "user_name",
            "system_user",
            "session_user",
            "db_name",
            "isnull",
            "ifnull",
            "nullif",
            "coalesce",
            "count",
            "bin",
            "lower",
            "upper",
            "power",
            "rand",
            "floor",
            "sqlite_version",
            "current_user",
            "current_database",
            "schema",
            "connection_id",
            "last_insert_rowid",
            "strcmp",
            "ascii_str",
            "rawtohex",
            "lnnvl",
            "instr",
            "locate",
            "left",
            "right",
            "reverse",
            "quote",
            "char_length",
            "crc32",
            "conv",
            "binary_checksum",
            "object_id",
            "host_name",
            "is_srvrolemember",
            "pg_client_encoding",
            "quote_literal",
            "get_current_ts_config",
            "json_extract",
            "json_object",
            "json_array_length",
            "json_depth",
            "json_valid",
            "json_type",
            "unicode",
            "bit_and",
            "uuid",
            "row",
            "values",
        ],
    ),
    (ALL, &["all", "distinct", "distinctrow"]),
    (FROM, &["from"]),
    (INTO | OBJECT, &["into"]),
    (BY, &["by"]),
    (ORDER, &["order", "group"]),
    (WHERE, &["having", "where"]),
    (LIMIT, &["limit", "offset", "fetch"]),
    (UNARY | NOT, &["not"]),
    (UNARY, &["binary", "all", "any", "some"]),
    (LITERAL, &["true", "false", "null", "unknown"]),
    (CASE | PIECE, &["case"]),
    (PIECE, &["exists"]),
    (DELAY, &["delay", "time"]),
    (FILE, &["outfile", "dumpfile", "infile"]),
    (PROCEDURE | OBJECT, &["procedure"]),
    (ANALYSE, &["analyse"]),
    (AS, &["as"]),
    (OBJECT, &["table", "user", "database", "view", "schema", "index", "login", "function", "trigger", "role", "data"]),
    (DIRECTION, &["asc", "desc"]),
    (
        CATALOGUE,
        &[
            "sysobjects",
            "syscolumns",
            "sysdatabases",
            "sqlite_master",
            "sqlite_schema",
            "sqlite_temp_master",
            "msysobjects",
            "msysaccessobjects",
            "all_tables",
            "all_users",
            "all_tab_columns",
            "user_tables",
            "dba_users",
            "dba_tables",
            "pg_database",
            "pg_tables",
            "pg_user",
            "pg_roles",
            "pg_class",
        ],
    ),
    (CATALOGUE | ACCOUNTS, &["pg_shadow", "pg_authid", "syslogins", "sysxlogins", "sysusers"]),
    (
        SYSTEM,
        &[
            "sp_addlogin",
            "sp_addsrvrolemember",
            "sp_oacreate",
            "sp_oamethod",
            "sp_configure",
            "sp_password",
            "sp_makewebtask",
            "sp_execute_external_script",
            "sp_executesql",
            "sp_sqlexec",
            "sp_prepare",
            "sp_helpsrvrolemember",
        ],
    ),
];

/// Beginnings of names of packages and of tables of the database's own.
const PREFIXES: &[(&str, Roles)] = &[
    ("xp_", SYSTEM | PROBE),
    ("master.", CATALOGUE),
    ("msdb.", CATALOGUE),
    ("tempdb.", CATALOGUE),
    ("dbms_", PROBE),
    ("utl_", PROBE),
    ("ctxsys.", PROBE),
    ("ordsys.", PROBE),
    ("mdsys.", PROBE),
    ("sys.dbms_", PROBE),
    ("sys.utl_", PROBE),
    ("sys.fn_", SYSTEM | PROBE),
    ("dbo.xp_", SYSTEM | PROBE),
    ("dbo.sp_", SYSTEM),
    ("sys.user$", CATALOGUE | ACCOUNTS),
    ("sys.sql_", CATALOGUE | ACCOUNTS),
    ("sys.objects", CATALOGUE),
    ("sys.tables", CATALOGUE),
    ("sys.columns", CATALOGUE),
    ("sys.databases", CATALOGUE),
    ("sys.all_", CATALOGUE),
    ("sys.sys", CATALOGUE),
    ("sysibm.", CATALOGUE),
    ("syscat.", CATALOGUE),
    ("information_schema.", CATALOGUE),
    ("pg_catalog.", CATALOGUE),
    ("mysql.user", CATALOGUE | ACCOUNTS),
    ("mysql.db", CATALOGUE),
    ("mysql.innodb_", CATALOGUE),
];

const SLOTS: usize = 1024;

/// Longest word of [`WORDS`].
const WORD_BYTES_MAX: usize = 27;

/// Every word, where its hash or a later place that was free puts it.
static TABLE: [(&str, Roles); SLOTS] = table();

const fn table() -> [(&'static str, Roles); SLOTS] {
    let mut table = [("", 0); SLOTS];
    let mut group = 0;
    while group < WORDS.len() {
        let (roles, words) = WORDS[group];
        let mut index = 0;
        while index < words.len() {
            let word = words[index].as_bytes();
            let mut slot = slot(word);
            while !table[slot].0.is_empty() && !same(table[slot].0.as_bytes(), word) {
                slot = (slot + 1) % SLOTS;
            }
            table[slot] = (words[index], table[slot].1 | roles);
            index += 1;
        }
        group += 1;
    }
    table
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    one.len() == other.len() && index == one.len()
}

/// A hash of length, both ends and the middle of `word`, which is not empty, in lower case.
const fn slot(word: &[u8]) -> usize {
    let length = word.len();
    let (first, last) = (word[0] | 0x20, word[length - 1] | 0x20);
    let (second, middle) = (word[if length > 1 { 1 } else { 0 }] | 0x20, word[length / 2] | 0x20);
    let mixed = first as u32 | (second as u32) << 8 | (middle as u32) << 16 | (last as u32) << 24;
    (mixed.wrapping_add(length as u32).wrapping_mul(0x9E37_79B1) >> 22) as usize
}

/// The roles of `word`, which is not empty.
pub(super) fn of_word(word: &[u8]) -> Roles {
    if word.len() > WORD_BYTES_MAX || word.contains(&b'.') || matches!(word, [b'x' | b'X', _, b'_', ..]) {
        return of_name(word);
    }
    let mut slot = slot(word);
    loop {
        let (known, roles) = TABLE[slot];
        if known.is_empty() {
            return of_name(word);
        }
        if known.as_bytes().eq_ignore_ascii_case(word) {
            return roles;
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// The roles of a name that begins as those of the database's own do.
fn of_name(word: &[u8]) -> Roles {
    if !matches!(word[0] | 0x20, b'c' | b'd' | b'i' | b'm' | b'o' | b'p' | b's' | b't' | b'u' | b'x') {
        return 0;
    }
    let begins =
        |prefix: &str| word.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()));
    let known = PREFIXES.iter().find(|(prefix, _)| begins(prefix)).map_or(0, |(_, roles)| *roles);
    // `master..xp_cmdshell`
    let last = word.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    if known & CATALOGUE != 0 && last.len() < word.len() && last.len() > 3 { known | of_word(last) } else { known }
}

/// The roles of an operator.
pub(super) fn of_operator(operator: &[u8]) -> Roles {
    match operator {
        b"||" => LOGIC | COMPARE | JOINS | ARITHMETIC,
        b"|" | b"&" | b"&&" => LOGIC | COMPARE | ARITHMETIC,
        b"=" => COMPARE | EQUALS,
        b"==" | b"<" | b">" | b"<>" | b"!=" | b"<=" | b">=" | b"<=>" | b"@>" | b"<@" => COMPARE,
        b"+" => COMPARE | ARITHMETIC | JOINS | UNARY,
        b"-" => COMPARE | ARITHMETIC | UNARY,
        b"*" | b"/" | b"%" | b"^" => COMPARE | ARITHMETIC,
        b"!" => UNARY | NOT,
        b"~" => UNARY,
        _ => 0,
    }
}

/// The roles of a variable.
pub(super) fn of_variable(variable: &[u8]) -> Roles {
    let known: [&[u8]; 12] = [
        b"@@version",
        b"@@hostname",
        b"@@datadir",
        b"@@servername",
        b"@@basedir",
        b"@@global",
        b"@@language",
        b"@@spid",
        b"@@version_compile_os",
        b"@@tmpdir",
        b"@@connections",
        b"@@cpu_busy",
    ];
    if known.iter().any(|known| known.eq_ignore_ascii_case(variable)) { CATALOGUE | PIECE } else { 0 }
}
