/** The door of @dmitry/health: The health indicator port and the Terminus modules that both apps share. */
export {};
