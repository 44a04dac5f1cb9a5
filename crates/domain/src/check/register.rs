//! The register of organisations, as far as the checker needs it.

/// What the register knows of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Name now in force.
    pub name: String,
    /// Names it had before.
    pub former_names: Vec<String>,
    /// Only met in files so far; its name proves nothing.
    pub provisional: bool,
    /// The code leads to a subject that stands under another one.
    pub alias: bool,
}

/// A register that can be asked about many codes at once (rows are checked in blocks).
pub trait Register {
    /// One answer per code, in order; `None` where the code is unknown.
    ///
    /// # Errors
    /// The register cannot be asked.
    fn lookup(
        &mut self,
        codes: &[&str],
    ) -> Result<Vec<Option<Registered>>, Box<dyn std::error::Error + Send + Sync>>;
}
