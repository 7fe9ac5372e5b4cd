/** The door of @dmitry/sanitizer: Secrets, personal data and prompt injection: findings, redaction with offsets, provenance labels. */
export {};
