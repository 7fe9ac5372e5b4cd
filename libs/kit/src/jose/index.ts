/** The jose room of @dmitry/kit. */
export {};
