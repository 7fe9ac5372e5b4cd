/** The door of @dmitry/correlation: Detection and correlation rules, entity risk and incidents. */
export {};
