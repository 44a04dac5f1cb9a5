//! The public site and the JSON API: thin handlers over the use cases.
