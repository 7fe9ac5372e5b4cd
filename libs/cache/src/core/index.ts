/** The door of @dmitry/cache: Two cache tiers with tags, stale-while-revalidate and one load per fleet. */
export {};
