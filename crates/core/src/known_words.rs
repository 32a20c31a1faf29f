//! What somebody may have meant who wrote a word that is not known: for messages of every reader.

/// The known word that is nearest to `word`, when it is near enough to be what was meant.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean …", or the list of what is known.
pub fn suggestion<'k>(word: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    if let Some(candidate) = nearest(word, known.clone()) {
        return format!("did you mean `{candidate}`?");
    }
    let all: Vec<String> = known.into_iter().map(|candidate| format!("`{candidate}`")).collect();
    format!("known here: {}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_named_and_anything_else_gets_the_list() {
        let known = ["latency", "failure"];
        assert_eq!(suggestion("Latenyc", known), "did you mean `latency`?");
        assert_eq!(suggestion("colour", known), "known here: `latency`, `failure`");
        assert_eq!(nearest("colour", known), None);
    }
}
