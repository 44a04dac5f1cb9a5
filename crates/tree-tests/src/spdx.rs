//! Licence expressions: may a package with this licence come in?

/// Whether `expression` can be satisfied by the licences in `allowed`. `/` is the old way of
/// writing `OR`; `AND` binds closer than `OR`.
#[must_use]
pub fn satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let answer = any(&tokens, &mut at, allowed);
    answer && at == tokens.len()
}

fn any(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut answer = all(tokens, at, allowed);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        answer |= all(tokens, at, allowed);
    }
    answer
}

fn all(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut answer = one(tokens, at, allowed);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        answer &= one(tokens, at, allowed);
    }
    answer
}

fn one(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(token) = tokens.get(*at) else {
        return false;
    };
    *at += 1;
    if *token == "(" {
        let answer = any(tokens, at, allowed);
        *at += 1; // the closing bracket
        return answer;
    }
    let mut name = (*token).to_owned();
    if tokens.get(*at) == Some(&"WITH") {
        name = format!(
            "{name} WITH {}",
            tokens.get(*at + 1).copied().unwrap_or_default()
        );
        *at += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read() {
        let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()];
        assert!(satisfied("MIT OR GPL-3.0", &allowed));
        assert!(satisfied("GPL-3.0/MIT", &allowed));
        assert!(satisfied("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
        assert!(!satisfied("MIT AND AGPL-3.0", &allowed));
        assert!(!satisfied("Apache-2.0 WITH LLVM-exception", &allowed));
        assert!(!satisfied("", &allowed));
    }
}
