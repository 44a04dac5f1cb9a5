//! Reading Rust source line by line: good enough for rules of thumb, no parser.

use crate::TreeFile;

/// A line of code without its comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine<'a> {
    /// From 1.
    pub number: usize,
    /// The code; strings are left in, comments are cut.
    pub code: &'a str,
    /// The comment after it, without the slashes.
    pub comment: &'a str,
}

/// The lines before the tests at the end of the file.
#[must_use]
pub fn without_tests(text: &str) -> Vec<CodeLine<'_>> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim_end() != "#[cfg(test)]")
        .map(|(index, line)| {
            let (code, comment) = cut_comment(line);
            CodeLine {
                number: index + 1,
                code,
                comment,
            }
        })
        .collect()
}

/// Parts a line at the first `//` outside a string.
#[must_use]
pub fn cut_comment(line: &str) -> (&str, &str) {
    let mut in_string = false;
    let mut before = '\0';
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' && before != '\'' => in_string = !in_string,
            '/' if before == '/' && !in_string => return (&line[..at - 1], &line[at + 1..]),
            _ => {}
        }
        before = c;
    }
    (line, "")
}

/// Names of the public types a file declares, with their lines.
#[must_use]
pub fn public_types(file: &TreeFile) -> Vec<(usize, String)> {
    without_tests(&file.text)
        .iter()
        .filter_map(|line| {
            let rest = line.code.trim_start().strip_prefix("pub ")?;
            let rest = ["struct ", "enum ", "trait ", "type ", "union "]
                .iter()
                .find_map(|kind| rest.strip_prefix(kind))?;
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            Some((line.number, name))
        })
        .collect()
}

/// Tables a text creates.
#[must_use]
pub fn tables(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices("create ") {
        let mut words = lower[at..]
            .split(|c: char| c.is_whitespace() || c == '(')
            .skip(1);
        let mut word = words
            .by_ref()
            .find(|word| !word.is_empty())
            .unwrap_or_default();
        while matches!(
            word,
            "virtual" | "temp" | "temporary" | "unlogged" | "table"
        ) {
            let was_table = word == "table";
            word = words
                .by_ref()
                .find(|word| !word.is_empty())
                .unwrap_or_default();
            if was_table {
                while matches!(word, "if" | "not" | "exists") {
                    word = words
                        .by_ref()
                        .find(|word| !word.is_empty())
                        .unwrap_or_default();
                }
                let name: String = word
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                if !name.is_empty() {
                    found.push(name);
                }
                break;
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Paths a router or an API description serves: string literals that begin with `/` after
/// `.route(`, `path =`, or a method in the router's table (`get "/search" => …`).
#[must_use]
pub fn url_paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in [".route(", "path = ", ".nest(", " get ", " post "] {
        for (at, _) in text.match_indices(mark) {
            let rest = text[at + mark.len()..].trim_start();
            if let Some(literal) = rest.strip_prefix('"') {
                let path = literal.split('"').next().unwrap_or_default();
                if path.starts_with('/') {
                    found.push(path.to_owned());
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_cut_and_a_string_is_not() {
        assert_eq!(cut_comment("let a = 1; // why"), ("let a = 1; ", " why"));
        assert_eq!(
            cut_comment(r#"let a = "http://x";"#),
            (r#"let a = "http://x";"#, "")
        );
        assert_eq!(cut_comment("/// doc"), ("", "/ doc"));
    }

    #[test]
    fn tests_at_the_end_are_no_code() {
        assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {}").len(), 1);
    }

    #[test]
    fn types_tables_and_paths_are_found() {
        let file = TreeFile {
            path: String::new(),
            text: "pub struct RecordLine;\n    pub enum Severity {\nstruct Inner;\n".to_owned(),
        };
        let names: Vec<_> = public_types(&file)
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        assert_eq!(names, ["RecordLine", "Severity"]);
        assert_eq!(
            tables("CREATE TABLE IF NOT EXISTS batch (x); create virtual table name_index using"),
            ["batch", "name_index"]
        );
        assert!(tables("create index x on y; created table").is_empty());
        assert_eq!(
            url_paths(r#".route("/s/{code}", get(x)) path = "/api/v1/search" path = "a.html""#),
            ["/api/v1/search", "/s/{code}"]
        );
    }
}
