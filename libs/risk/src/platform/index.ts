/** The platform room of @dmitry/risk. */
export {};
