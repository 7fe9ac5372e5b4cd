/** The door of @dmitry/kit: Errors, configuration, clock and ids, the logger port, HTTP bootstrap and the test harness. */
export {};
