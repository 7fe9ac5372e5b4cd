/** The door of @dmitry/normalise: Formats of other tools to OCSF events, with an account of what was lost. */
export {};
