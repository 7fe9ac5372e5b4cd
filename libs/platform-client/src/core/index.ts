/** The door of @dmitry/platform-client: Platform, PDRI and Aegis, typed, with effect contracts. */
export {};
