/** The platform room of @dmitry/analyst. */
export {};
