/** The door of @dmitry/risk: Explainable risk scores whose terms add up. */
export {};
