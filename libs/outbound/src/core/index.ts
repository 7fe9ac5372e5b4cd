/** The door of @dmitry/outbound: Calls that leave the process: pool, deadline, retry budget, breaker, bulkhead and the call-recorder port. */
export {};
