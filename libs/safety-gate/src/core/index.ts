/** The door of @dmitry/safety-gate: Action catalogue, policy, evidence, blast radius, approvals and output validation. */
export {};
