/** The door of @dmitry/pipeline: The use cases that span capabilities: record, finding, advice, decision, run. */
export {};
