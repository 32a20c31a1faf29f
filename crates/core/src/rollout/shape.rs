//! Messages that say the same of different accounts.

/// A message without what differs from account to account: numbers, IDs and session names, that is words with digits; and of
/// encoded authorization messages all.
pub fn shape(message: &str) -> String {
    let message = message.split("Encoded authorization failure message").next().unwrap_or(message);
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '@' | '.');
    let mut shape = String::with_capacity(message.len());
    let mut word = String::new();
    for character in message.chars().chain(std::iter::once('\n')) {
        if is_part(character) {
            word.push(character);
            continue;
        }
        if word.chars().any(|character| character.is_ascii_digit()) {
            shape.push('#');
        } else {
            shape.push_str(&word);
        }
        word.clear();
        shape.push(character);
    }
    shape
}
