//! Files in and out: spreadsheets and CSV, streamed, with formats given by the rulebook.
