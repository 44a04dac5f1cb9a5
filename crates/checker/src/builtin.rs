//! The findings the checker itself can make. Those of an item's own rules come from its file.

use xinheng_domain::code::Verdict;

macro_rules! builtin {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal,)+) => {
        /// A finding of the checker's own. Each has its sentence and help page in
        /// `rulebook/messages/findings.toml`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Builtin {
            $($(#[doc = $doc])* $name,)+
        }

        impl Builtin {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

builtin! {
    /// No format has such a header.
    HeaderUnknown = "header-unknown",
    /// The first record is a header again.
    HeaderTwice = "header-twice",
    /// The header stands further down.
    HeaderNotFirst = "header-not-first",
    /// Titles above the header were passed over, and are named.
    RowsAboveHeader = "rows-above-header",
    /// Totals and signatures below the table were passed over, and are named.
    RowsBesideTable = "rows-beside-table",
    /// The header has two lines that were read as one.
    HeaderTwoLines = "header-two-lines",
    /// The file is of another layout, whose columns were arranged as the item's.
    LayoutRecognised = "layout-recognised",
    /// A column every row needs is not there.
    ColumnMissing = "column-missing",
    /// Two columns for one field.
    ColumnDuplicate = "column-duplicate",
    /// A column the format does not know; carried through.
    ColumnUnknown = "column-unknown",
    /// A column of amounts whose header says yuan where the standard says 万元.
    ColumnInYuan = "column-in-yuan",
    /// A column without a header among the others.
    ColumnUnnamed = "column-unnamed",
    /// A sheet with data that was not checked.
    SheetNotRead = "sheet-not-read",
    /// A sheet that nobody sees.
    SheetHidden = "sheet-hidden",
    /// Cells merged over several rows: only the first has the value.
    CellsMerged = "cells-merged-down",
    /// Hidden rows, which were checked.
    RowsHidden = "rows-hidden",
    /// Hidden columns, which were checked.
    ColumnsHidden = "columns-hidden",
    /// More filled cells than the header has columns.
    RowTooWide = "row-too-wide",
    /// Text behind the closing mark of a quoted cell.
    QuoteStray = "quote-stray",
    /// An empty cell that must be filled.
    RequiredMissing = "required-missing",
    /// An empty cell that should be filled.
    RecommendedMissing = "recommended-missing",
    /// A filled cell that must be empty.
    MustBeEmpty = "must-be-empty",
    /// Longer than the standard allows.
    TextTooLong = "text-too-long",
    /// A control character.
    TextControl = "text-control-character",
    /// A character nobody sees: zero width, direction marks.
    TextInvisible = "text-invisible-character",
    /// Bytes that are no text in the file's encoding.
    TextUndecodable = "text-undecodable",
    /// A character of private use.
    TextPrivate = "text-private-use",
    /// Radicals and compatibility ideographs in a name, a code or a number.
    TextCompatibility = "text-compatibility-character",
    /// Digits or letters of full width where half width belongs.
    FullWidth = "text-full-width",
    /// An error value of a spreadsheet formula.
    CellError = "cell-error",
    /// A formula without a value.
    CellFormula = "cell-formula-without-value",
    /// A text that a spreadsheet would run as a formula.
    CellRuns = "cell-runs-as-formula",
    /// A number so long that the spreadsheet has rounded it.
    DigitsLost = "number-digits-lost",
    /// A character that no name holds.
    NameSpecial = "name-special-character",
    /// A full stop behind a name.
    NameFullStop = "name-full-stop",
    /// A name that was read in a wrong encoding once.
    NameGarbled = "name-garbled",
    /// Letters of other alphabets that look like Latin ones.
    NameLookAlike = "name-look-alike",
    /// Enclosed characters and symbols in a name.
    NameSign = "name-sign",
    /// Digits in place of a name.
    NameDigits = "name-digits-only",
    /// A comma, semicolon or enumeration comma at an end of a name.
    NameSeparator = "name-separator-at-end",
    /// Two organisations in one cell.
    NameTwo = "name-two-organisations",
    /// A bracket without its other half.
    NameBracket = "name-bracket-unpaired",
    /// The column's own header in place of a name.
    NameHeader = "name-repeats-header",
    /// A legal representative that is an organisation beside a name that is none.
    NameSwapped = "name-and-representative-swapped",
    /// A word that stands for "nothing" in place of a name.
    NamePlaceholder = "name-placeholder",
    /// The name of an organisation with a person's number or name in it.
    NamePersonal = "name-holds-personal-data",
    /// More or less than one plain name in the representative's cell, and how it was read.
    RepresentativeRead = "representative-read",
    /// What may be a person in running text, to be masked until somebody has read it. What is
    /// one for certain is told by the item's own rule.
    PersonDoubtful = "personal-data-doubtful",
    /// A text about a minor, a victim, an illness: withheld whole.
    TextWithheld = "text-withheld",
    /// A name with hidden characters.
    NameMasked = "name-masked",
    /// The filler where a code must stand.
    CodePlaceholder = "code-placeholder",
    /// Characters that look like others; as those it would be a sound code.
    CodeLookAlike = "code-look-alike",
    /// Blanks, hyphens or words in or around a code.
    CodeExtra = "code-extra-characters",
    /// Not 18 characters.
    CodeBadLength = "code-bad-length",
    /// A character no code has.
    CodeBadChar = "code-bad-char",
    /// The check character does not fit.
    CodeBadCheck = "code-bad-check",
    /// The organisation code inside does not fit its own check.
    CodeBadOrgCheck = "code-bad-org-check",
    /// No known pair of authority and category.
    CodeUnknownPair = "code-unknown-authority-pair",
    /// No known division.
    CodeUnknownDivision = "code-unknown-division",
    /// No right organisation code.
    OrganisationCodeBad = "organisation-code-bad",
    /// Not a date, or one that is not in the calendar.
    DateInvalid = "date-invalid",
    /// A date in Chinese words, read.
    DateInWords = "date-in-words",
    /// An amount with the column's own unit behind it, read.
    AmountUnit = "amount-unit-written",
    /// A word that programs write for "nothing".
    ValuePlaceholder = "value-placeholder",
    /// A stroke or a word where a text or number is required.
    SaysNothing = "value-says-nothing",
    /// The year of a document number in other brackets, read.
    DocumentBrackets = "document-number-brackets",
    /// A full stop behind a document number, left out.
    DocumentFullStop = "document-number-full-stop",
    /// An identity number of the old form.
    IdentityNumberOld = "identity-number-old",
    /// Not an amount.
    AmountInvalid = "amount-invalid",
    /// Not in the code list.
    CodedUnknown = "coded-unknown",
    /// In the code list, but not on the day of the decision.
    CodedNotInForce = "coded-not-in-force",
    /// Not of the form of an identity number.
    IdentityNumberBad = "identity-number-bad",
    /// A person's identity number in a column for something else.
    IdentityNumberMisplaced = "identity-number-misplaced",
    /// Not of the form of a record id.
    RecordIdBad = "record-id-bad",
    /// The same record further up.
    DuplicateRecord = "duplicate-record",
    /// The same document number about another party further up.
    NumberOnTwoSubjects = "number-on-two-subjects",
    /// The register has another name under the code (platform error 1001).
    RegisterNameDiffers = "register-name-differs",
    /// The register has the name as a former one.
    RegisterNameFormer = "register-name-former",
    /// The register does not know the code.
    RegisterUnknown = "register-unknown",
    /// Another file gave the code another name, and the register knows of none.
    RegisterMetOtherwise = "register-met-otherwise",
    /// The source is another department than the one that reports.
    SourceOther = "source-other-department",
    /// A department's name that is not that of its code.
    DepartmentName = "department-name-differs",
    /// A natural person's row: checked, not kept.
    NaturalPerson = "natural-person-set-aside",
    /// Dates of a column in another spelling, read.
    SpellingDate = "spelling-date",
    /// Amounts of a column in another spelling, read.
    SpellingAmount = "spelling-amount",
    /// Blanks inside the names of a column, left out.
    SpellingName = "spelling-name-blank",
    /// Blanks inside the document numbers of a column, left out.
    SpellingNumber = "spelling-document-number-blank",
    /// Values of a code list in another spelling, read.
    SpellingCoded = "spelling-coded",
    /// Radicals and compatibility ideographs in the running text of a column, kept.
    SpellingText = "spelling-text-compatibility",
}

impl Builtin {
    /// The finding for a verdict on a code; `None` where it is in order.
    pub(super) const fn of_verdict(verdict: Verdict) -> Option<Self> {
        Some(match verdict {
            Verdict::IdentityNumber => Self::IdentityNumberMisplaced,
            Verdict::Placeholder => Self::CodePlaceholder,
            Verdict::BadLength => Self::CodeBadLength,
            Verdict::BadChar => Self::CodeBadChar,
            Verdict::BadCheck => Self::CodeBadCheck,
            Verdict::BadOrgCheck => Self::CodeBadOrgCheck,
            Verdict::UnknownAuthorityPair => Self::CodeUnknownPair,
            Verdict::UnknownDivision => Self::CodeUnknownDivision,
            Verdict::AcceptedException | Verdict::Ok => return None,
        })
    }
}
