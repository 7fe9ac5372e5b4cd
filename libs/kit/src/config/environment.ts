/** The process's environment, as it is now. The one place of the house that reads it. */
export const environment = (): Readonly<Record<string, string | undefined>> => ({ ...process.env });
